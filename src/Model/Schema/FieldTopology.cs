namespace Orchestrator.Model.Schema;

/// <summary>How server-side apply shares a value between those who write it.</summary>
public enum FieldTopology
{
    /// <summary>Each field of an object, or key of a map, belongs to somebody by itself.</summary>
    Granular,
    /// <summary>The whole value belongs to one.</summary>
    Atomic,
    /// <summary>A list of plain values, each of which belongs to somebody by itself.</summary>
    Set,
    /// <summary>A list of objects, each known by some of its fields.</summary>
    Keyed,
}
