using System.Text.Json.Nodes;

namespace Orchestrator.Model.Scheduling;

/// <summary>
/// A question that is answered and not stored: where would a pod of this template go now, and why not elsewhere.
/// <c>POST /apis/scheduling.orchestrator.dev/v1alpha1/namespaces/NAMESPACE/placementreviews</c> with <c>spec.template</c>; <c>status</c> is the answer.
/// </summary>
public static class PlacementReviewKind
{
    public const string Group = "scheduling.orchestrator.dev";
    public const string Version = "v1alpha1";

    public static ResourceKind Kind { get; } = new()
    {
        Group = Group, Version = Version, Kind = "PlacementReview", Plural = "placementreviews", Singular = "placementreview", Namespaced = true, ClrType = typeof(JsonObject),
    };
}
