using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Process;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>
/// Runs programs of this machine to their end. A run that was cut short leaves none of its processes behind: it has a note on disk from before it
/// begins until its end is known, and the next agent ends what the notes tell of before it begins anything. What a program that ended by itself
/// left running, such as the server of a file system, is nobody's to end.
/// </summary>
internal sealed class ToolPrograms(string notes, TimeProvider time) : IDisposable
{
    /// <summary>More is cut off: it goes into messages and annotations.</summary>
    private const int OutputLimit = 64 * 1024;
    private readonly ConcurrentDictionary<string, ToolRun> _runs = new(StringComparer.Ordinal);
    private volatile bool _isClosed;

    /// <exception cref="VolumeProblemException">It is not there, or took too long and was ended.</exception>
    public async Task<ToolResult> RunAsync(string program, IEnumerable<string> arguments, string? input, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        using var process = new Process { StartInfo = start };
        using var run = Begin(process);
        using var patience = new CancellationTokenSource(limit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var isEnded = false;
        try
        {
            var (output, error) = (ReadAsync(process.StandardOutput, ending.Token), ReadAsync(process.StandardError, ending.Token));
            await FeedAsync(process, input, ending.Token);
            await process.WaitForExitAsync(ending.Token);
            var result = new ToolResult(process.ExitCode, await output, await error);
            isEnded = true;
            return result;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new VolumeProblemException("Timeout", $"{Path.GetFileName(program)} did not end within {limit.TotalSeconds:0} s");
        }
        finally
        {
            Finish(run, isEnded);
        }
    }

    /// <summary>As above, of a program whose failure is a problem.</summary>
    /// <exception cref="VolumeProblemException" />
    public async Task<string> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        var result = await RunAsync(program, arguments, input: null, limit, cancellationToken);
        return result.ExitCode == 0 ? result.Output
            : throw new VolumeProblemException("ProgramFailed", $"{Path.GetFileName(program)}: exit code {result.ExitCode}: {result.Error.Trim()}");
    }

    /// <summary>Ends what an agent that was killed left in the middle.</summary>
    public void EndEarlier()
    {
        foreach (var note in Directory.Exists(notes) ? Directory.GetFiles(notes).Where(note => ToolRun.End(Path.GetFileName(note))) : [])
        {
            File.Delete(note);
        }
    }

    /// <summary>Ends all that still run; none begins any more.</summary>
    public void Dispose()
    {
        _isClosed = true;
        foreach (var run in _runs.Values)
        {
            run.End();
        }
    }

    private ToolRun Begin(Process process)
    {
        var run = new ToolRun();
        OwnerOnly.CreateDirectory(notes);
        File.WriteAllBytes(NoteOf(run), []);
        _runs[run.Id] = run;
        try
        {
            run.Start(process);
            // Whoever closed before it was among the runs did not see it; whoever did after sees it.
            return _isClosed ? throw new VolumeProblemException("Stopping", "the agent ends") : run;
        }
        catch (Exception e)
        {
            ProcessEnd.Kill(process);
            Finish(run, isEnded: false);
            run.Dispose();
            throw e is Win32Exception ? new VolumeProblemException("ProgramMissing", $"{process.StartInfo.FileName}: {e.Message}", e) : e;
        }
    }

    private void Finish(ToolRun run, bool isEnded)
    {
        if (isEnded)
        {
            run.Release();
        }
        else
        {
            run.End();
        }
        _runs.TryRemove(run.Id, out _);
        File.Delete(NoteOf(run));
    }

    private string NoteOf(ToolRun run) => Path.Combine(notes, run.Id);

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
