using System.IO.Compression;
using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Puts what an archive of Export-Volume holds into a claim's volume. Files of the same names are replaced, others stay.</summary>
/// <example><code>New-PersistentVolumeClaim copy 1Gi; Import-Volume copy ./db-0.tgz</code></example>
[Cmdlet(VerbsData.Import, "Volume", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(PersistentVolumeClaim))]
public sealed class ImportVolumeCommand : VolumeArchiveCommand
{
    /// <summary>Writes the claim.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string Action => $"Import {Archive}";

    private protected override async Task CopyAsync(ObjectTarget pod)
    {
        await using var file = new FileStream(Archive, FileMode.Open, FileAccess.Read);
        await using var archive = IsCompressed ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        // Entries that lead out of the folder are refused by tar itself.
        await using var run = await RunningCommand.StartAsync(Client, pod, new(["tar", "xpf", "-", "-C", VolumePod.Folder], null, Input: true), Cancellation);
        await using (var input = new CommandInputStream(run, Note))
        {
            await archive.CopyToAsync(input, Cancellation);
        }

        await run.CloseInputAsync(Cancellation);
        await FinishAsync(pod, run);
        if (PassThru)
        {
            var claim = await Client.GetAsync(Kinds.PersistentVolumeClaim, pod.Namespace, Name, Cancellation);
            WriteObject(ObjectFactory.Create(Kinds.PersistentVolumeClaim, claim, Client.Context.Name));
        }
    }
}
