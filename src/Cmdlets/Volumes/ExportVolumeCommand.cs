using System.IO.Compression;
using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Writes all that a claim's volume holds into an archive on this machine, with owners, modes and links. What changes meanwhile is there as it was
/// when it was read: a database is stopped first, or asked for a copy of its own.
/// </summary>
/// <example><code>Export-Volume data-db-0 ./db-0.tgz</code></example>
[Cmdlet(VerbsData.Export, "Volume", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportVolumeCommand : VolumeArchiveCommand
{
    /// <summary>Writes over an archive that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Action => $"Export to {Archive}";

    private protected override async Task CopyAsync(ObjectTarget pod)
    {
        if (File.Exists(Archive) && !Force)
        {
            throw new ClusterException("Exists,Path", ErrorCategory.ResourceExists, $"{Archive} exists: -Force writes over it.") { Target = Path };
        }

        // It gets its name when it is whole.
        var next = Archive + ".new";
        try
        {
            await using (var run = await RunningCommand.StartAsync(Client, pod, new(["tar", "cf", "-", "-C", VolumePod.Folder, "."], null, Input: false), Cancellation))
            {
                await using (var input = new CommandOutputStream(run, data => Note(Orchestrator.Model.Tunnel.StreamChannel.ErrorOutput, data)))
                await using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
                await using (var output = IsCompressed ? new GZipStream(file, CompressionLevel.Fastest) : (Stream)file)
                {
                    await input.CopyToAsync(output, Cancellation);
                }

                await FinishAsync(pod, run);
            }

            File.Move(next, Archive, overwrite: true);
        }
        finally
        {
            File.Delete(next);
        }

        WriteObject(new FileInfo(Archive));
    }
}
