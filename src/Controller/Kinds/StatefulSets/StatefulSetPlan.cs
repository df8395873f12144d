using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Controller.Kinds.StatefulSets;

/// <param name="Create">Ordinals whose pod is missing and may be made now, and the revision that each is to be of.</param>
/// <param name="Delete">Pods to be deleted now.</param>
/// <param name="Status">What the status should say of the pods as they are.</param>
/// <param name="NextLook">When a ready pod becomes available by the passing of time alone; null for never.</param>
internal sealed record StatefulSetPlan(ImmutableArray<(int Ordinal, string Revision)> Create, ImmutableArray<V1Pod> Delete, V1StatefulSetStatus Status, TimeSpan? NextLook);

/// <param name="Current">Name of the revision that an unfinished rollout comes from.</param>
/// <param name="Update">Name of the revision of the present template.</param>
internal readonly record struct StatefulSetRevisions(string Current, string Update);
