using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Orchestrator.Cluster.Tests;

/// <summary>A controller or an agent as a process of its own.</summary>
internal sealed partial class ClusterProcess : IDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _readyMark;

    private ClusterProcess(Process process, string readyMark)
    {
        _process = process;
        _readyMark = readyMark;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a program and waits for the line that says it is ready.</summary>
    public static async Task<ClusterProcess> StartAsync(string program, IEnumerable<string> arguments, string readyMark)
    {
        var process = new ClusterProcess(Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        })!, readyMark); // A new process.
        try
        {
            await process._ready.Task.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
            return process;
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException($"{program} did not become ready: {process.Log}");
        }
    }

    /// <summary>As kill -9 does: the process has no say.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks it to end, and waits.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            _ = SendSignal(_process.Id, Terminate);
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TimeProvider.System);
        }
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (_log)
        {
            _log.AppendLine(line);
        }
        if (line.StartsWith(_readyMark, StringComparison.Ordinal))
        {
            _ready.TrySetResult(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
