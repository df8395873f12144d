using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>One change; <see cref="Object"/> is the object after it, or its last state when it was deleted.</summary>
internal sealed record WatchEvent(string Type, JsonObject Object)
{
    public const string Added = "ADDED";
    public const string Modified = "MODIFIED";
    public const string Deleted = "DELETED";
    public const string Bookmark = "BOOKMARK";
    public const string Error = "ERROR";

    public static WatchEvent Synced { get; } = new("", []);

    /// <summary>Not a change: everything that existed was told.</summary>
    public bool IsSynced => Type.Length == 0;
}
