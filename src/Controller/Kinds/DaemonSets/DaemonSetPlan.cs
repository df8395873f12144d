using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Model.Daemons;

namespace Orchestrator.Controller.Kinds.DaemonSets;

/// <param name="Delete">Pods to be deleted now: of nodes that they no longer belong to, and of an older template.</param>
/// <param name="Failed">Pods to be deleted now because they have ended.</param>
/// <param name="Grant">Old pods beside which their agent may make the new one now.</param>
/// <param name="Status">What the status should say of the pods as they are.</param>
/// <param name="NextLook">When time alone changes something; null for never.</param>
internal sealed record DaemonSetPlan(ImmutableArray<V1Pod> Delete, ImmutableArray<V1Pod> Failed, ImmutableArray<V1Pod> Grant, V1DaemonSetStatus Status, TimeSpan? NextLook);

internal readonly record struct DaemonNode(string Name, DaemonFit Fit);
