using System.Collections.Immutable;

namespace Orchestrator.Controller.Security;

/// <summary>Who asks.</summary>
internal sealed record User(string Name, ImmutableArray<string> Groups)
{
    /// <summary>Uid of a service account; empty for others.</summary>
    public string Uid { get; init; } = "";

    /// <summary>What else the credential says.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Extra { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    public static User Anonymous { get; } = new("system:anonymous", ["system:unauthenticated"]);
    public bool IsAnonymous => ReferenceEquals(this, Anonymous);
    public bool IsIn(string group) => Groups.Contains(group);
}
