using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a ConfigMap from values and files.</summary>
[Cmdlet(VerbsCommon.New, "ConfigMap", SupportsShouldProcess = true)]
[OutputType(typeof(ConfigMap))]
public sealed class NewConfigMapCommand : CreateNamespacedObjectCommand
{
    [Parameter(Position = 1)]
    public System.Collections.IDictionary? Data { get; set; }

    /// <summary>Files whose contents become values under their names; what is not UTF-8 text becomes binary data.</summary>
    [Parameter]
    public string[]? FromFile { get; set; }

    [Parameter]
    public SwitchParameter Immutable { get; set; }

    private protected override ResourceKind Kind => Kinds.ConfigMap;

    private protected override JsonObject BuildBody()
    {
        var (texts, binary) = (Data is null ? [] : Texts(Data), new JsonObject());
        foreach (var path in InputFiles.Resolve(this, FromFile))
        {
            var bytes = File.ReadAllBytes(path);
            try
            {
                texts[Path.GetFileName(path)] = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            }
            catch (DecoderFallbackException)
            {
                binary[Path.GetFileName(path)] = Convert.ToBase64String(bytes);
            }
        }

        var body = new JsonObject { ["data"] = texts };
        if (binary.Count > 0)
        {
            body["binaryData"] = binary;
        }

        if (Immutable)
        {
            body["immutable"] = true;
        }

        return body;
    }
}
