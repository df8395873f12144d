namespace Orchestrator.Cmdlets;

/// <summary>What Publish-Manifest did with one object.</summary>
public sealed class PublishResult
{
    internal const string Created = "created";
    internal const string Configured = "configured";
    internal const string Unchanged = "unchanged";

    internal PublishResult(string action, ClusterObject item, string source) => (Action, Object, Source) = (action, item, source);

    public string Kind => Object.Kind;
    public string ApiVersion => Object.ApiVersion;
    public string Namespace => Object.Namespace;
    public string Name => Object.Name;
    public string Context => Object.Context;

    /// <summary><c>created</c>, <c>configured</c> or <c>unchanged</c>.</summary>
    public string Action { get; }

    /// <summary>The object as the cluster has it now.</summary>
    public ClusterObject Object { get; }

    /// <summary>File and document that it was read from.</summary>
    public string Source { get; }

    public override string ToString() => $"{Kind} {Name} {Action}";
}
