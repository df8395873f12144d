namespace Orchestrator.Cmdlets;

/// <summary>The terminal that this process runs in, with every key handed on as it is pressed. Disposing makes it what it was before.</summary>
internal abstract class LocalTerminal : IDisposable
{
    /// <summary>Longest wait for keys before the caller may look at other things.</summary>
    protected const int PauseMilliseconds = 50;

    private readonly Stream _output = Console.OpenStandardOutput();

    /// <exception cref="ClusterException">There is no terminal.</exception>
    public static LocalTerminal Open() =>
        Console.IsInputRedirected || Console.IsOutputRedirected ? throw NotInteractive("input or output is redirected")
        : OperatingSystem.IsWindows() ? new WindowsTerminal() : new UnixTerminal();

    public static (int Width, int Height) Size => (Console.WindowWidth, Console.WindowHeight);

    /// <summary>Waits a moment for keys; what they send, or nothing.</summary>
    /// <returns>Null at the end of the input.</returns>
    public abstract byte[]? Read();

    public void Write(ReadOnlySpan<byte> data)
    {
        _output.Write(data);
        _output.Flush();
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected static ClusterException NotInteractive(string why) =>
        new("NotInteractive", System.Management.Automation.ErrorCategory.InvalidOperation, $"A terminal is needed: {why}.")
        {
            Advice = "Invoke-PodCommand runs commands without one.",
        };

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _output.Dispose();
        }
    }
}
