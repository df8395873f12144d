using System.Collections.Immutable;

namespace Orchestrator.Controller.Security;

/// <summary>Who asks.</summary>
internal sealed record User(string Name, ImmutableArray<string> Groups)
{
    public static User Anonymous { get; } = new("system:anonymous", ["system:unauthenticated"]);
    public bool IsAnonymous => ReferenceEquals(this, Anonymous);
    public bool IsIn(string group) => Groups.Contains(group);
}
