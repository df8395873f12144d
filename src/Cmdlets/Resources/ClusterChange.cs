namespace Orchestrator.Cmdlets;

/// <summary>One change that Watch-ClusterResource saw.</summary>
public sealed class ClusterChange
{
    internal ClusterChange(string type, ClusterObject item) => (Type, Object) = (type, item);

    /// <summary><c>Added</c>, <c>Modified</c> or <c>Deleted</c>.</summary>
    public string Type { get; }

    public string Kind => Object.Kind;
    public string Namespace => Object.Namespace;
    public string Name => Object.Name;
    public string Context => Object.Context;

    /// <summary>The object after the change; its last state when it was deleted.</summary>
    public ClusterObject Object { get; }
}
