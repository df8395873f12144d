using k8s.Models;

namespace Orchestrator.Agent.Runtimes;

internal sealed record SandboxSpec
{
    public required string PodUid { get; init; }
    public required string Namespace { get; init; }
    public required string PodName { get; init; }
    public required string Hostname { get; init; }
    /// <summary>Set when the pod lives on the node's own network: the node's address.</summary>
    public string? HostAddress { get; init; }
    /// <summary>What the pod's RuntimeClass names; null when it has none.</summary>
    public string? Handler { get; init; }
    /// <summary>For what a runtime reads off the pod itself: namespaces, security, DNS, ports.</summary>
    public V1PodSpec Pod { get; init; } = new() { Containers = [] };
}

/// <param name="Volume">The volume's name in the pod.</param>
/// <param name="Source">A file or folder of this machine, checked and there.</param>
/// <param name="Target">As the container names it.</param>
/// <param name="EngineVolume">The container engine's own name of it, by which an engine has it; null for what is a path only.</param>
internal sealed record ContainerMount(string Volume, string Source, string Target, bool ReadOnly, string? Propagation = null, string? EngineVolume = null);

/// <summary>A container with everything resolved: no references, no $(VAR) left.</summary>
internal sealed record ContainerSpec
{
    public required string PodUid { get; init; }
    public required string Namespace { get; init; }
    public required string PodName { get; init; }
    public required string Name { get; init; }
    public required int Attempt { get; init; }
    public required string Image { get; init; }
    /// <summary>Replaces the image's entrypoint when not empty.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
    /// <summary>Replaces the image's default arguments when not empty.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];
    /// <summary>Over the image's own variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    public string? WorkingDirectory { get; init; }
    public string? TerminationMessagePath { get; init; }
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];
    /// <summary>The folder of each of the pod's volumes by its name, mounted or not.</summary>
    public IReadOnlyDictionary<string, string> Volumes { get; init; } = new Dictionary<string, string>();
    /// <summary>For what a runtime reads off the pod itself: namespaces, security.</summary>
    public V1PodSpec Pod { get; init; } = new() { Containers = [] };
    /// <summary>For what a runtime reads off the container itself: resources, security, terminal.</summary>
    public V1Container Definition { get; init; } = new();
}

/// <param name="Tail">Only so many lines from the end; null for all.</param>
/// <param name="Since">Only lines written at or after.</param>
internal sealed record LogQuery(bool Follow, int? Tail, DateTimeOffset? Since)
{
    public static LogQuery All { get; } = new(false, null, null);
}

/// <summary>
/// A line of output, or a piece of one: a line longer than the reader's buffer comes in several chunks, so that its length bounds nothing.
/// </summary>
/// <param name="Text">Bytes as written, without the line feed.</param>
/// <param name="StartsLine">False for the second and later pieces of a long line.</param>
/// <param name="EndsLine">A line feed follows. False for a piece, and for a last line that was never finished.</param>
internal readonly record struct LogChunk(DateTimeOffset Time, ReadOnlyMemory<byte> Text, bool StartsLine, bool EndsLine);
