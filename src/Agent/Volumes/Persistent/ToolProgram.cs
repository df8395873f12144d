using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <param name="ExitCode">0 is success.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Error);

/// <summary>Runs a program of this machine to its end.</summary>
internal static class ToolProgram
{
    /// <summary>More is cut off: it goes into messages and annotations.</summary>
    private const int OutputLimit = 64 * 1024;

    /// <exception cref="VolumeProblemException">It is not there, or took too long and was ended.</exception>
    public static async Task<ToolResult> RunAsync(string program, IEnumerable<string> arguments, string? input, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new VolumeProblemException("ProgramMissing", $"{program}: {e.Message}", e);
        }
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(limit);
        try
        {
            var (output, error) = (ReadAsync(process.StandardOutput, ending.Token), ReadAsync(process.StandardError, ending.Token));
            await FeedAsync(process, input, ending.Token);
            await process.WaitForExitAsync(ending.Token);
            return new(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new VolumeProblemException("Timeout", $"{Path.GetFileName(program)} did not end within {limit.TotalSeconds:0} s");
        }
    }

    /// <summary>As above, of a program whose failure is a problem.</summary>
    /// <exception cref="VolumeProblemException" />
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        var result = await RunAsync(program, arguments, input: null, limit, cancellationToken);
        return result.ExitCode == 0 ? result.Output
            : throw new VolumeProblemException("ProgramFailed", $"{Path.GetFileName(program)}: exit code {result.ExitCode}: {result.Error.Trim()}");
    }

    private static async Task FeedAsync(Process process, string? input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync((input ?? "").AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code says more.
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            text.Append(buffer, 0, Math.Min(read, Math.Max(0, OutputLimit - text.Length)));
        }
        return text.ToString();
    }
}
