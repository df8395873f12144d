using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>A version of a kind that a CustomResourceDefinition makes.</summary>
internal sealed record CustomResourceKind : ResourceKind
{
    public required StructuralSchema Structure { get; init; }

    /// <summary>Dotted paths of the <c>scale</c> subresource; null without one.</summary>
    public CustomScale? Scale { get; init; }

    /// <summary>What users of the version are warned of; null for nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>False while the definition is being deleted: its objects go, and no new ones come.</summary>
    public bool TakesNew { get; init; } = true;
}

/// <param name="Replicas">Where the wanted number is: <c>.spec.replicas</c>.</param>
/// <param name="StatusReplicas">Where the present number is.</param>
/// <param name="Selector">Where the selector is, as text; null for nowhere.</param>
internal sealed record CustomScale(string Replicas, string StatusReplicas, string? Selector);
