using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>A metric that can't be had; the message says why.</summary>
internal sealed class MetricException(string message) : Exception(message);

/// <summary>What the pods use of what a metric is about, and how each pod stands. Pure.</summary>
internal static class MetricReader
{
    /// <summary>Processor time of a pod this young counts only once it is ready and was measured since. Source: --horizontal-pod-autoscaler-cpu-initialization-period.</summary>
    private static readonly TimeSpan CpuInitialization = TimeSpan.FromMinutes(5);
    /// <summary>A pod that became unready within this time of its start never was ready. Source: --horizontal-pod-autoscaler-initial-readiness-delay.</summary>
    private static readonly TimeSpan InitialReadiness = TimeSpan.FromSeconds(30);

    /// <exception cref="MetricException">A container has no request to hold its use against.</exception>
    public static IReadOnlyList<PodMeasure> Read(V2MetricSpec metric, IEnumerable<V1Pod> pods, ILookup<string, ContainerUsageReport> usage, DateTime now)
    {
        var (resource, container, target) = metric.Type == AutoscalerRules.ContainerResource
            ? (metric.ContainerResource.Name, metric.ContainerResource.Container, metric.ContainerResource.Target)
            : (metric.Resource.Name, null, metric.Resource.Target);
        return
        [
            .. pods.Where(pod => pod.Metadata.DeletionTimestamp is null && pod.Status?.Phase is not ("Failed" or "Succeeded")).Select(pod =>
            {
                var counted = Containers(pod).Where(item => container is null || item.Name == container).ToArray();
                var requested = target.Type == "Utilization" ? counted.Sum(item => Requested(pod, item, resource)) : 0;
                var reports = usage[pod.Metadata.Uid].Where(report => container is null || report.Name == container).ToArray();
                var used = reports.Sum(report => (double)(resource == "cpu" ? report.Usage.CpuNanocores : report.Usage.MemoryBytes));
                return new PodMeasure(Standing(pod, resource, reports, counted.Length, now), used, requested);
            }),
        ];
    }

    /// <summary>Those that run with the pod all its life.</summary>
    private static IEnumerable<V1Container> Containers(V1Pod pod) =>
        pod.Spec.Containers.Concat((pod.Spec.InitContainers ?? []).Where(container => container.RestartPolicy == "Always"));

    private static double Requested(V1Pod pod, V1Container container, string resource) =>
        container.Resources?.Requests?.TryGetValue(resource, out var amount) == true && Quantity.TryParse(amount.ToString(), out var quantity) && quantity > Quantity.Zero
            ? resource == "cpu" ? quantity.ToMilliCeiling() * 1e6 : quantity.ToInt64Ceiling()
            : throw new MetricException($"missing request for {resource} in container {container.Name} of Pod {pod.Metadata.Name}");

    private static PodStanding Standing(V1Pod pod, string resource, ContainerUsageReport[] reports, int containers, DateTime now)
    {
        if (pod.Status?.Phase is null or "Pending")
        {
            return PodStanding.Unready;
        }
        if (reports.Length < containers || containers == 0)
        {
            return PodStanding.Missing;
        }
        return resource == "cpu" && IsStarting(pod, reports, now) ? PodStanding.Unready : PodStanding.Measured;
    }

    private static bool IsStarting(V1Pod pod, ContainerUsageReport[] reports, DateTime now)
    {
        var ready = pod.Status.Conditions?.FirstOrDefault(condition => condition.Type == "Ready");
        if (ready?.LastTransitionTime is not { } changed || pod.Status.StartTime is not { } start)
        {
            return true;
        }
        return start.ToUniversalTime() + CpuInitialization > now
            ? !PodState.IsReady(pod) || reports.Any(report => report.Usage.Timestamp.UtcDateTime < changed.ToUniversalTime() + report.Usage.Window)
            : !PodState.IsReady(pod) && start.ToUniversalTime() + InitialReadiness > changed.ToUniversalTime();
    }
}
