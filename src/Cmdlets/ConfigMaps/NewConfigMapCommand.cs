using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a ConfigMap from values and files; what is not UTF-8 text in a file becomes binary data.</summary>
/// <example><code>New-ConfigMap settings @{ mode = 'fast' } -FromFile ./app.ini</code></example>
[Cmdlet(VerbsCommon.New, "ConfigMap", SupportsShouldProcess = true)]
[OutputType(typeof(ConfigMap))]
public sealed class NewConfigMapCommand : CreateDataCommand
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private protected override ResourceKind Kind => Kinds.ConfigMap;

    private protected override void AddValue(JsonObject body, string name, object? value) =>
        Put(body, "data", name, LanguagePrimitives.ConvertTo<string>(value) ?? "");

    private protected override void AddFile(JsonObject body, string name, byte[] content)
    {
        try
        {
            Put(body, "data", name, Strict.GetString(content));
        }
        catch (DecoderFallbackException)
        {
            Put(body, "binaryData", name, Convert.ToBase64String(content));
        }
    }
}
