using Orchestrator.Model;

namespace Orchestrator.Controller.Storage;

/// <summary>A write that applies only if the object is as the writer saw it.</summary>
/// <param name="Key">The object.</param>
/// <param name="ExpectedRevision">Revision of its last write; 0 when it must not exist.</param>
/// <param name="Value">The new value; null deletes.</param>
public sealed record StoreWrite(ObjectKey Key, long ExpectedRevision, EncodedObject? Value);

/// <param name="Succeeded">False: the object was not at the expected revision, and nothing changed.</param>
/// <param name="Revision">When it succeeded, the write's revision; else the object's current one, 0 when it doesn't exist.</param>
public readonly record struct StoreOutcome(bool Succeeded, long Revision);
