using System.Management.Automation;
using System.Net.Http;

namespace Orchestrator.Cmdlets;

/// <summary>Writes a backup of the whole cluster's state to a file: all objects, and the keys that its Secrets are encrypted with. Keep it like a password.</summary>
/// <example><code>Backup-Cluster ./cluster.zip</code></example>
[Cmdlet(VerbsData.Backup, "Cluster", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class BackupClusterCommand : ClusterCmdlet
{
    /// <summary>File to write; only its owner can read it.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>Writes over a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override Task ProcessAsync() => TryAsync(Path, async () =>
    {
        var target = GetUnresolvedProviderPathFromPSPath(Path);
        if (File.Exists(target) && !Force)
        {
            throw ClusterException.Argument("FileExists", $"{target} is there already; -Force writes over it.");
        }

        if (!ShouldProcess($"cluster {Client.Context.Name}", $"Back up to {target}"))
        {
            return;
        }

        var part = target + ".part";
        try
        {
            await using (var file = OwnerOnly.Create(part))
            {
                await using var content = await Client.OpenPathAsync(HttpMethod.Get, "operations/backup", Cancellation);
                await content.CopyToAsync(file, Cancellation);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, target, overwrite: Force);
        }
        finally
        {
            File.Delete(part);
        }

        WriteObject(new FileInfo(target));
    });
}
