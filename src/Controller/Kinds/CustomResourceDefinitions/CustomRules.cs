using System.Text.Json.Nodes;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>Rules of custom resources: those of their schema.</summary>
internal sealed class CustomRules(CustomResourceKind kind) : KindRules
{
    public override ResourceKind Kind => kind;

    public override bool CountsGenerations => true;

    public override void PrepareCreate(object item)
    {
        if (!kind.TakesNew)
        {
            throw ApiException.Forbidden(kind, ((CustomObject)item).Metadata.Name, "create not allowed while custom resource definition is terminating");
        }
    }

    public override void PrepareUpdate(object item, object old)
    {
    }

    public override void Default(object item) => SchemaDefaults.Apply(((CustomObject)item).Tree, kind.Structure);

    public override void Validate(object item, FieldErrors errors) => SchemaValidation.Validate(((CustomObject)item).Tree, kind.Structure, errors);

    public override void ValidateUpdate(object item, object old, FieldErrors errors)
    {
    }

    public override void ValidateStatus(object item, object old, FieldErrors errors) => Validate(item, errors);

    /// <summary>Metadata aside, and the status where it is written by itself, everything is what the user wants.</summary>
    public override bool IsNewGeneration(JsonObject tree, JsonObject old) => !JsonNode.DeepEquals(Wanted(tree), Wanted(old));

    private JsonObject Wanted(JsonObject tree)
    {
        var result = (JsonObject)tree.DeepClone();
        result.Remove("metadata");
        result.Remove("apiVersion");
        if (kind.HasSubresource("status"))
        {
            result.Remove("status");
        }
        return result;
    }
}
