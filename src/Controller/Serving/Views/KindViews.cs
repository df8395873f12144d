using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Views;

/// <summary>Every kind that is served in a second form; one entry registers a view everywhere.</summary>
internal static class KindViews
{
    private static readonly KindView[] Views = [new AutoscalerView(), new EventView()];

    /// <summary>Everything with its own path: each kind as it is stored, then the views.</summary>
    public static IReadOnlyList<ResourceKind> Served { get; } = [.. Catalog.All, .. Views.Select(view => view.Served)];

    public static KindView? Find(string group, string version, string plural) =>
        Array.Find(Views, view => view.Served.Plural == plural && view.Served.Version == version && view.Served.Group == group);
}
