using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling;

/// <summary>What the scheduler reads off a pod's stored form without reading it whole.</summary>
internal static class PodReader
{
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();
    private static readonly int Node = Pods.SelectableFields.IndexOf("spec.nodeName");
    private static readonly int Scheduler = Pods.SelectableFields.IndexOf("spec.schedulerName");
    private static readonly int Phase = Pods.SelectableFields.IndexOf("status.phase");
    private static readonly int Nominated = Pods.SelectableFields.IndexOf("status.nominatedNodeName");

    public static string NodeName(CachedObject pod) => pod.Encoded.FieldValues[Node];

    public static string SchedulerName(CachedObject pod) => pod.Encoded.FieldValues[Scheduler];

    public static string NominatedNode(CachedObject pod) => pod.Encoded.FieldValues[Nominated];

    /// <summary>It is done: it takes nothing any more. One that is on its way out still does.</summary>
    public static bool HasEnded(CachedObject pod) => pod.Encoded.FieldValues[Phase] is "Succeeded" or "Failed";
}
