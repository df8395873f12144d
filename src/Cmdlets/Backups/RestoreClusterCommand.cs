using System.Diagnostics;
using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Puts a backup in the place of a controller's state, on the controller's own machine and while it is stopped. What was there is kept in a folder beside it.
/// Revisions go on ahead of all that were ever used.
/// </summary>
/// <example><code>Restore-Cluster ./cluster.zip -DataFolder /var/lib/orchestrator</code></example>
[Cmdlet(VerbsData.Restore, "Cluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(string))]
public sealed class RestoreClusterCommand : AsyncCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>The controller's data folder; made when it is not there.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public string DataFolder { get; set; } = "";

    protected override Task ProcessAsync() => TryAsync(Path, async () =>
    {
        var (source, folder) = (GetUnresolvedProviderPathFromPSPath(Path), GetUnresolvedProviderPathFromPSPath(DataFolder));
        if (!File.Exists(source))
        {
            throw ClusterException.Argument("BackupNotFound", $"{source} is not there.");
        }

        if (!ShouldProcess($"controller's state in {folder}", $"Replace with the backup {source}"))
        {
            return;
        }

        using var process = Process.Start(new ProcessStartInfo(Programs.Controller, ["restore", "--data", folder, "--from", source]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })
            ?? throw ClusterException.LocalCluster("NotStarted", $"{Programs.Controller} could not be started.", "Run: ./orch build.ps1 -Task Build");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        if (process.ExitCode != 0)
        {
            throw ClusterException.LocalCluster("NotRestored", (await error).Trim(), "Stop the controller first, and look at the file.");
        }

        WriteObject((await output).Trim());
    });
}
