using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>How a command in a pod ended.</summary>
/// <param name="ExitCode">Null when it could not be run at all; <paramref name="Message"/> says why.</param>
internal sealed record CommandEnd(int? ExitCode, string Message)
{
    public bool Succeeded => ExitCode == 0;

    /// <param name="status">What came on the status channel.</param>
    public static CommandEnd Parse(ReadOnlySpan<byte> status)
    {
        var text = Encoding.UTF8.GetString(status);
        try
        {
            if (JsonNode.Parse(text) is JsonObject tree)
            {
                var message = (string?)tree["message"] ?? "";
                if ((string?)tree["status"] == "Success")
                {
                    return new(0, message);
                }

                var code = (tree["details"]?["causes"] as JsonArray ?? []).Where(cause => (string?)cause?["reason"] == "ExitCode").Select(cause => (string?)cause?["message"]).FirstOrDefault();
                return new(int.TryParse(code, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null, message);
            }
        }
        catch (JsonException)
        {
            // Before version 4 the end was told as text.
        }

        return new(null, text);
    }
}
