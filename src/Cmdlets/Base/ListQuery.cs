namespace Orchestrator.Cmdlets;

/// <summary>What a list or watch selects; both selectors run on the server.</summary>
internal sealed record ListQuery(string? LabelSelector = null, string? FieldSelector = null)
{
    public static ListQuery Everything { get; } = new();

    public static ListQuery Named(string name) => new(FieldSelector: $"metadata.name={name}");

    /// <summary><c>?labelSelector=…&amp;limit=…</c>; what is null or empty is left out.</summary>
    public string ToQueryString(params ReadOnlySpan<(string Name, string? Value)> more) =>
        Query.Of([("labelSelector", LabelSelector), ("fieldSelector", FieldSelector), .. more]);
}
