namespace Orchestrator.Cluster.Tests.Networking;

/// <summary>A cluster whose agents see the machine's mounts as shared, as machines with systemd have them; here they may be private.</summary>
public sealed class SharedMountCluster : TestCluster
{
    protected override IReadOnlyList<string> Agents => ["n1"];

    protected override IReadOnlyList<string> Inside(string? node) => node is null || !IsPossible ? [] : ["unshare", "--mount", "--propagation", "shared"];

    internal static bool IsPossible => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;
}
