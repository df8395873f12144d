using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.ControllerRevisions;

/// <summary>A revision's data never changes; its number does, when an old template comes back.</summary>
internal sealed class ControllerRevisionRules : KindRules<V1ControllerRevision>
{
    protected override void Validate(V1ControllerRevision item, FieldErrors errors)
    {
        errors.NotNegative("revision", item.Revision);
        if (item.Data is null)
        {
            errors.Required("data", "data is mandatory");
        }
    }

    protected override void ValidateUpdate(V1ControllerRevision item, V1ControllerRevision old, FieldErrors errors)
    {
        if (!System.Text.Json.Nodes.JsonNode.DeepEquals(Revisions.Tree(item), Revisions.Tree(old)))
        {
            errors.Invalid("data", "", "field is immutable");
        }
    }
}
