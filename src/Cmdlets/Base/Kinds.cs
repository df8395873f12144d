using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>The catalogue's entries that cmdlets name.</summary>
internal static class Kinds
{
    public static ResourceKind Pod => Catalog.ForType<V1Pod>();
    public static ResourceKind Deployment => Catalog.ForType<V1Deployment>();
    public static ResourceKind ReplicaSet => Catalog.ForType<V1ReplicaSet>();
    public static ResourceKind StatefulSet => Catalog.ForType<V1StatefulSet>();
    public static ResourceKind DaemonSet => Catalog.ForType<V1DaemonSet>();
    public static ResourceKind HorizontalPodAutoscaler => Catalog.ForType<V2HorizontalPodAutoscaler>();
    public static ResourceKind Job => Catalog.ForType<V1Job>();
    public static ResourceKind CronJob => Catalog.ForType<V1CronJob>();
    public static ResourceKind PodDisruptionBudget => Catalog.ForType<V1PodDisruptionBudget>();
    public static ResourceKind Service => Catalog.ForType<V1Service>();
    public static ResourceKind EndpointSlice => Catalog.ForType<V1EndpointSlice>();
    public static ResourceKind Node => Catalog.ForType<V1Node>();
    public static ResourceKind Namespace => Catalog.ForType<V1Namespace>();
    public static ResourceKind ConfigMap => Catalog.ForType<V1ConfigMap>();
    public static ResourceKind Secret => Catalog.ForType<V1Secret>();
    public static ResourceKind PersistentVolume => Catalog.ForType<V1PersistentVolume>();
    public static ResourceKind PersistentVolumeClaim => Catalog.ForType<V1PersistentVolumeClaim>();
    public static ResourceKind StorageClass => Catalog.ForType<V1StorageClass>();
    public static ResourceKind Event => Catalog.ForType<Corev1Event>();
}
