namespace Orchestrator.Cmdlets;

/// <summary>A patch's arithmetic, named by its media type.</summary>
internal readonly record struct PatchType(string MediaType)
{
    public static PatchType Json => new("application/json-patch+json");
    public static PatchType Merge => new("application/merge-patch+json");
    public static PatchType Strategic => new("application/strategic-merge-patch+json");
}
