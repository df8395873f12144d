namespace Orchestrator.Controller.Storage.Cache;

/// <summary>Objects as they all were at one revision, ordered by namespace and name.</summary>
public sealed record Snapshot(IReadOnlyList<CachedObject> Items, long Revision);
