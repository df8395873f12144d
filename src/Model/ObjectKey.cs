namespace Orchestrator.Model;

/// <summary>Where an object lives: its kind's group-resource (<c>deployments.apps</c>), namespace (empty for cluster scope) and name.</summary>
public readonly record struct ObjectKey(string Resource, string Namespace, string Name)
{
    public static ObjectKey Of(ResourceKind kind, string? @namespace, string name) =>
        new(kind.GroupResource, kind.Namespaced ? @namespace ?? "" : "", name);

    public override string ToString() => Namespace.Length == 0 ? $"{Resource}/{Name}" : $"{Resource}/{Namespace}/{Name}";
}
