using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What every New-X has; it writes the object that it made.</summary>
public abstract class CreateObjectCommand : ClusterCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Labels of the object, as a dictionary or as <c>key=value</c>.</summary>
    [Parameter]
    [KeyValueTransformation]
    public System.Collections.IDictionary? Label { get; set; }

    [Parameter]
    [KeyValueTransformation]
    public System.Collections.IDictionary? Annotation { get; set; }

    private protected abstract ResourceKind Kind { get; }
    private protected virtual string? TargetNamespace => null;

    /// <summary>Everything but <c>apiVersion</c>, <c>kind</c> and <c>metadata</c>.</summary>
    private protected abstract JsonObject BuildBody();

    /// <summary>What follows the creation, such as waiting; returns the object to write.</summary>
    private protected virtual Task<JsonObject> FinishAsync(ObjectTarget target, JsonObject created) => Task.FromResult(created);

    protected override Task ProcessAsync() => TryAsync(Name, async () =>
    {
        var body = BuildBody();
        body["apiVersion"] = Kind.ApiVersion;
        body["kind"] = Kind.Kind;
        body["metadata"] = new JsonObject { ["name"] = Name };
        if (Label is not null)
        {
            body["metadata"]!["labels"] = Texts(Label);
        }

        if (Annotation is not null)
        {
            body["metadata"]!["annotations"] = Texts(Annotation);
        }

        var target = new ObjectTarget(Kind, TargetNamespace, Name);
        if (await ConfirmAsync("Create", target.ToString(), () => Client.CreateAsync(Kind, TargetNamespace, body, WriteMode.Rehearsal, Cancellation)))
        {
            var created = await Client.CreateAsync(Kind, TargetNamespace, body, WriteMode.Real, Cancellation);
            WriteObject(ObjectFactory.Create(Kind, await FinishAsync(target, created), Client.Context.Name));
        }
    });

    private protected static JsonObject Texts(System.Collections.IDictionary values)
    {
        var texts = new JsonObject();
        foreach (System.Collections.DictionaryEntry entry in values)
        {
            texts[entry.Key.ToString() ?? ""] = LanguagePrimitives.ConvertTo<string>(entry.Value) ?? "";
        }

        return texts;
    }
}
