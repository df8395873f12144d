using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>What New-ConfigMap and New-ClusterSecret have in common: values by name, some of them files.</summary>
public abstract class CreateDataCommand : CreateNamespacedObjectCommand
{
    [Parameter(Position = 1)]
    public IDictionary? Data { get; set; }

    /// <summary>Files whose contents become values under their names.</summary>
    [Parameter]
    public string[]? FromFile { get; set; }

    /// <summary>The values can't be changed any more.</summary>
    [Parameter]
    public SwitchParameter Immutable { get; set; }

    private protected abstract void AddValue(JsonObject body, string name, object? value);

    private protected abstract void AddFile(JsonObject body, string name, byte[] content);

    private protected override JsonObject BuildBody()
    {
        var body = new JsonObject();
        foreach (DictionaryEntry entry in Data ?? new Hashtable())
        {
            AddValue(body, entry.Key.ToString() ?? "", entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value);
        }

        foreach (var path in InputFiles.Resolve(this, FromFile))
        {
            AddFile(body, Path.GetFileName(path), File.ReadAllBytes(path));
        }

        if (Immutable)
        {
            body["immutable"] = true;
        }

        return body;
    }

    private protected static void Put(JsonObject body, string field, string name, string value)
    {
        body[field] ??= new JsonObject();
        body[field]![name] = value; // Just made, if it was not there.
    }
}
