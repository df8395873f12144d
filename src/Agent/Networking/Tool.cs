using System.Diagnostics;

namespace Orchestrator.Agent.Networking;

/// <summary>A program of the system that changes its network: <c>ip</c>, <c>nft</c>, <c>iptables</c>.</summary>
internal static class Tool
{
    /// <summary>They answer within milliseconds; one that waits for somebody's lock is given up.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // Services have them on their path; a shell of a user often does not.
    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"];

    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(Folders).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs it to its end. One that is not there, or takes too long, is answered like one that failed.</summary>
    public static async Task<ToolResult> RunAsync(string name, IEnumerable<string> arguments, string? input, CancellationToken cancellationToken)
    {
        if (Find(name) is not { } path)
        {
            return new(127, "", $"{name} is not installed");
        }
        using var process = Process.Start(new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        });
        if (process is null)
        {
            return new(127, "", $"{name} did not start");
        }
        using var limit = new CancellationTokenSource(Limit);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(both.Token);
            var error = process.StandardError.ReadToEndAsync(both.Token);
            try
            {
                await process.StandardInput.WriteAsync((input ?? "").AsMemory(), both.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading all; its exit code tells why.
            }
            await process.WaitForExitAsync(both.Token);
            return new(process.ExitCode, await output, (await error).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            cancellationToken.ThrowIfCancellationRequested();
            return new(124, "", $"{name} took longer than {Limit.TotalSeconds} s");
        }
    }
}
