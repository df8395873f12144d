using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Controller.Kinds.ReplicaSets;

/// <param name="Create">How many pods are missing.</param>
/// <param name="Delete">The pods that are too many, the least valuable first.</param>
/// <param name="Status">What the status should say of the pods as they are now.</param>
/// <param name="NextLook">When a ready pod becomes available by the passing of time alone; null for never.</param>
internal sealed record ReplicaSetPlan(int Create, ImmutableArray<V1Pod> Delete, V1ReplicaSetStatus Status, TimeSpan? NextLook);
