using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.PodTemplates;

/// <summary>A template by itself, for whoever makes pods of it.</summary>
internal sealed class PodTemplateKindRules : KindRules<V1PodTemplate>
{
    public override bool CountsGenerations => true;

    public override bool IsNewGeneration(System.Text.Json.Nodes.JsonObject tree, System.Text.Json.Nodes.JsonObject old) =>
        !System.Text.Json.Nodes.JsonNode.DeepEquals(tree["template"], old["template"]);

    protected override void Default(V1PodTemplate item) => PodTemplateRules.Default(item.Template);

    protected override void Validate(V1PodTemplate item, FieldErrors errors)
    {
        if (item.Template?.Spec is { } spec)
        {
            MetadataRules.Labels("template.metadata.labels", item.Template.Metadata?.Labels, errors);
            MetadataRules.Annotations("template.metadata.annotations", item.Template.Metadata?.Annotations, errors);
            PodSpecRules.Validate("template.spec", spec, errors);
        }
        else
        {
            errors.Required("template.spec");
        }
    }
}
