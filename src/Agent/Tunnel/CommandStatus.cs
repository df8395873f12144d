using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.Agent.Tunnel;

/// <summary>How a command ended, as a <c>Status</c> in the words that kubectl and the client libraries read the exit code from.</summary>
internal static class CommandStatus
{
    /// <param name="exitCode">Null where there was none to tell.</param>
    public static byte[] Of(int? exitCode)
    {
        if (exitCode is null or 0)
        {
            return """{"metadata":{},"status":"Success"}"""u8.ToArray();
        }
        var code = exitCode.Value.ToString(CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = $"command terminated with non-zero exit code: exit status {code}",
            ["reason"] = "NonZeroExitCode",
            ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = code }) },
        }.ToJsonString());
    }
}
