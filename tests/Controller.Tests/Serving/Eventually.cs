using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving;

/// <summary>Bounded waits that poll a state, and show it when they give up.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<JsonNode> GetAsync(this TestServer server, string path, Func<JsonNode, bool> wanted)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (_, body) = await server.SendAsync(HttpMethod.Get, path);
            if (wanted(body))
            {
                return body;
            }
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"{path} never became as wanted; it is {body.ToJsonString()}");
            }
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public static async Task<JsonArray> ListAsync(this TestServer server, string path, Func<JsonArray, bool> wanted) =>
        (await server.GetAsync(path, body => wanted(body["items"]!.AsArray())))["items"]!.AsArray();
}
