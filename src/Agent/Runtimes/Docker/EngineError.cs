using System.Net;
using System.Text.Json;
using Docker.DotNet;

namespace Orchestrator.Agent.Runtimes.Docker;

internal static class EngineError
{
    /// <summary>The engine's own sentence out of its answer.</summary>
    public static string Text(DockerApiException exception)
    {
        try
        {
            using var document = JsonDocument.Parse(exception.ResponseBody ?? "");
            return document.RootElement.TryGetProperty("message", out var message) ? message.GetString() ?? exception.Message : exception.Message;
        }
        catch (JsonException)
        {
            return string.IsNullOrWhiteSpace(exception.ResponseBody) ? exception.Message : exception.ResponseBody.Trim();
        }
    }

    /// <summary>What was to go is gone, or going.</summary>
    public static bool IsGone(DockerApiException exception) => exception.StatusCode is HttpStatusCode.NotFound
        || (exception.StatusCode == HttpStatusCode.Conflict && Text(exception).Contains("already in progress", StringComparison.Ordinal));
}
