using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>One template that a Deployment had.</summary>
public sealed class DeploymentRevision
{
    internal DeploymentRevision(ReplicaSet replicaSet, string deployment, bool isCurrent)
    {
        (ReplicaSet, Deployment, IsCurrent) = (replicaSet, deployment, isCurrent);
    }

    public string Deployment { get; }
    public string Namespace => ReplicaSet.Namespace;
    public string Context => ReplicaSet.Context;
    public long Revision => Number(ReplicaSet);
    public bool IsCurrent { get; }
    public IReadOnlyList<string> Images => ReplicaSet.Images;

    /// <summary>Pods that still run this template.</summary>
    public int Replicas => ReplicaSet.Current;

    public string? ChangeCause => ReplicaSet.Annotations.GetValueOrDefault(WellKnown.ChangeCause);
    public DateTime? CreationTimestamp => ReplicaSet.CreationTimestamp;
    public string AgeText => ReplicaSet.AgeText;
    public ReplicaSet ReplicaSet { get; }

    internal V1PodTemplateSpec? Template => ((V1ReplicaSet)ReplicaSet.Object).Spec?.Template;

    internal static long Number(ClusterObject replicaSet) =>
        long.TryParse(replicaSet.Annotations.GetValueOrDefault(WellKnown.DeploymentRevision), out var number) ? number : 0;
}
