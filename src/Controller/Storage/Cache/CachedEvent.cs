namespace Orchestrator.Controller.Storage.Cache;

public enum ChangeType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>A change of one object.</summary>
/// <param name="Type">What happened to the object, before any selector is asked.</param>
/// <param name="Object">The object after it; of a deletion its last state, at the deletion's revision.</param>
/// <param name="Previous">The object before it; null when it was created.</param>
public sealed record CachedEvent(ChangeType Type, CachedObject Object, CachedObject? Previous)
{
    public long Revision => Object.Revision;
}
