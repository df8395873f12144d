using System.Collections.Immutable;

namespace Orchestrator.Model.Schema;

/// <param name="Topology">How the value is shared.</param>
/// <param name="Keys">Of a keyed list: the fields that tell its items apart.</param>
public sealed record FieldRule(FieldTopology Topology, ImmutableArray<string> Keys)
{
    public static FieldRule Granular { get; } = new(FieldTopology.Granular, []);
    public static FieldRule Atomic { get; } = new(FieldTopology.Atomic, []);
    public static FieldRule Set { get; } = new(FieldTopology.Set, []);

    public static FieldRule Keyed(params ImmutableArray<string> keys) => new(FieldTopology.Keyed, keys);

    /// <summary>The value that a key field has where an item leaves it out; null where it has none.</summary>
    /// <remarks>Source: the defaults of ports in the Kubernetes API reference, which are keys of their lists.</remarks>
    public static string? DefaultOf(string key) => key == "protocol" ? "TCP" : null;
}
