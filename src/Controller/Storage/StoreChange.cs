using Orchestrator.Model;

namespace Orchestrator.Controller.Storage;

/// <summary>One entry of the log.</summary>
/// <param name="Revision">When.</param>
/// <param name="Key">Which object.</param>
/// <param name="Value">What it became; null when it was deleted.</param>
/// <param name="PreviousRevision">Revision of the value that this one replaced; 0 when it was created.</param>
/// <param name="Previous">That value; known where a change is replayed, not where it has just been committed.</param>
public sealed record StoreChange(long Revision, ObjectKey Key, EncodedObject? Value, long PreviousRevision, EncodedObject? Previous = null);
