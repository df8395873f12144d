using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving;

/// <summary>A watch as a client reads it.</summary>
internal sealed class Watch(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<Watch> OpenAsync(HttpClient client, string path)
    {
        var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return new(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    public async Task<JsonNode> NextAsync() => await NextOrEndAsync() ?? throw new EndOfStreamException("the watch ended");

    public async Task<JsonNode?> NextOrEndAsync()
    {
        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        return line is null ? null : JsonNode.Parse(line);
    }

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
