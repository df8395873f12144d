using System.Management.Automation;
using System.Net;
using System.Security;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a Secret; values are texts, SecureStrings or bytes.</summary>
[Cmdlet(VerbsCommon.New, "ClusterSecret", SupportsShouldProcess = true)]
[OutputType(typeof(ClusterSecret))]
public sealed class NewClusterSecretCommand : CreateNamespacedObjectCommand
{
    [Parameter(Position = 1)]
    public System.Collections.IDictionary? Data { get; set; }

    /// <summary>Files whose contents become values under their names.</summary>
    [Parameter]
    public string[]? FromFile { get; set; }

    [Parameter]
    public string Type { get; set; } = "Opaque";

    [Parameter]
    public SwitchParameter Immutable { get; set; }

    private protected override ResourceKind Kind => Kinds.Secret;

    private protected override JsonObject BuildBody()
    {
        var values = new JsonObject();
        foreach (System.Collections.DictionaryEntry entry in Data ?? new System.Collections.Hashtable())
        {
            values[entry.Key.ToString() ?? ""] = Convert.ToBase64String(Bytes(entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value));
        }

        foreach (var path in InputFiles.Resolve(this, FromFile))
        {
            values[Path.GetFileName(path)] = Convert.ToBase64String(File.ReadAllBytes(path));
        }

        var body = new JsonObject { ["type"] = Type, ["data"] = values };
        if (Immutable)
        {
            body["immutable"] = true;
        }

        return body;
    }

    private static byte[] Bytes(object? value) => value switch
    {
        byte[] bytes => bytes,
        SecureString secret => Encoding.UTF8.GetBytes(new NetworkCredential("", secret).Password),
        PSCredential credential => Encoding.UTF8.GetBytes(credential.GetNetworkCredential().Password),
        _ => Encoding.UTF8.GetBytes(LanguagePrimitives.ConvertTo<string>(value) ?? ""),
    };
}
