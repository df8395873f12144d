using System.Management.Automation;
using System.Net;
using System.Security;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a Secret; values are texts, SecureStrings or bytes.</summary>
/// <example><code>New-ClusterSecret db @{ password = (Read-Host -AsSecureString) }</code></example>
[Cmdlet(VerbsCommon.New, "ClusterSecret", SupportsShouldProcess = true)]
[OutputType(typeof(ClusterSecret))]
public sealed class NewClusterSecretCommand : CreateDataCommand
{
    [Parameter]
    public string Type { get; set; } = "Opaque";

    private protected override ResourceKind Kind => Kinds.Secret;

    private protected override JsonObject BuildBody()
    {
        var body = base.BuildBody();
        body["type"] = Type;
        return body;
    }

    private protected override void AddValue(JsonObject body, string name, object? value) => AddFile(body, name, value switch
    {
        byte[] bytes => bytes,
        SecureString secret => Encoding.UTF8.GetBytes(new NetworkCredential("", secret).Password),
        PSCredential credential => Encoding.UTF8.GetBytes(credential.GetNetworkCredential().Password),
        _ => Encoding.UTF8.GetBytes(LanguagePrimitives.ConvertTo<string>(value) ?? ""),
    });

    private protected override void AddFile(JsonObject body, string name, byte[] content) => Put(body, "data", name, Convert.ToBase64String(content));
}
