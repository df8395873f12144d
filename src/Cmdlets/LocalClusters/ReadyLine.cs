namespace Orchestrator.Cmdlets;

/// <summary>Waits for the line by which a program says that it is ready, in the log that it writes.</summary>
internal sealed class ReadyLine(string log, string prefix)
{
    private const int ShownLines = 15;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>What was in the log before the program started doesn't count.</summary>
    private readonly long _from = File.Exists(log) ? new FileInfo(log).Length : 0;

    /// <returns>The rest of the line.</returns>
    /// <exception cref="ClusterException">The program ended, or the time is over; carries the end of the log.</exception>
    public async Task<string> WaitAsync(ProcessIdentity process, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var alive = process.IsAlive;
            var lines = Read();
            if (lines.FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal)) is { } found)
            {
                return found[prefix.Length..].Trim();
            }

            var name = Path.GetFileNameWithoutExtension(log);
            if (!alive)
            {
                throw ClusterException.LocalCluster("StartFailed", $"{name} ended while it started:{Environment.NewLine}{End(lines)}", $"The whole log: {log}");
            }

            if (TimeProvider.System.GetElapsedTime(start) > timeout)
            {
                throw ClusterException.LocalCluster(
                    "Timeout", $"{name} was not ready after {timeout.TotalSeconds:0.#} s:{Environment.NewLine}{End(lines)}", $"The whole log: {log}");
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    private string[] Read()
    {
        if (!File.Exists(log))
        {
            return [];
        }

        using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(Math.Min(_from, stream.Length), SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n');
    }

    private static string End(string[] lines) => string.Join(Environment.NewLine, lines.Where(line => line.Length > 0).TakeLast(ShownLines));
}
