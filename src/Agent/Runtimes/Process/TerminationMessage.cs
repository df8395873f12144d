using System.Text;

namespace Orchestrator.Agent.Runtimes.Process;

internal static class TerminationMessage
{
    /// <summary>As Kubernetes: more is cut off.</summary>
    private const int LimitBytes = 4096;

    /// <summary>Variable that tells a process where to leave its last words, as no path of the host can be its own.</summary>
    public const string Variable = "TERMINATION_MESSAGE_PATH";

    public static string? Read(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[LimitBytes];
            var read = RandomAccess.Read(file, buffer, 0);
            return read == 0 ? null : Encoding.UTF8.GetString(buffer, 0, read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
