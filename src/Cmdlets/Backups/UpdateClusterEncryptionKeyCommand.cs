using System.Management.Automation;
using System.Net.Http;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>Gives the cluster a new key for its Secrets, encrypts all of them with it, and forgets the old one. Backups from before keep the key that they need.</summary>
/// <example><code>Update-ClusterEncryptionKey</code></example>
[Cmdlet(VerbsData.Update, "ClusterEncryptionKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PSObject))]
public sealed class UpdateClusterEncryptionKeyCommand : ClusterCmdlet
{
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override Task ProcessAsync() => TryAsync(Client.Context.Name, async () =>
    {
        if (!ShouldProcess($"cluster {Client.Context.Name}", "Replace the encryption key of Secrets"))
        {
            return;
        }

        await using var content = await Client.OpenPathAsync(HttpMethod.Post, "operations/encryptionkey", Cancellation);
        var answer = await JsonNode.ParseAsync(content, cancellationToken: Cancellation);
        if (PassThru)
        {
            var result = new PSObject();
            result.Properties.Add(new PSNoteProperty("KeyId", (int?)answer?["keyId"]));
            result.Properties.Add(new PSNoteProperty("Secrets", (int?)answer?["values"]));
            WriteObject(result);
        }
    });
}
