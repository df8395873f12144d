using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>Pods that wait to be counted by a job that is gone, or going: nobody will count them, so nothing may hold them.</summary>
internal static class LostJobPods
{
    /// <summary>A cheap look, without decoding: false is certain.</summary>
    public static bool MayBeTracked(CachedObject pod) => pod.Bytes.AsSpan().IndexOf("\"batch.kubernetes.io/job-tracking\""u8) >= 0;

    public static async Task ReleaseAsync(ObjectApi api, PodControl pods, string @namespace, CancellationToken cancellationToken)
    {
        foreach (var item in api.Cache.List(new("pods", @namespace)).Items.Where(MayBeTracked))
        {
            var pod = item.Decode<V1Pod>();
            if (JobPods.IsTracked(pod) && !HasLiveJob(api, pod))
            {
                await pods.SetFinalizersAsync(pod, now => (now.Metadata.Finalizers ?? []).Where(name => name != JobNames.Tracking), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static bool HasLiveJob(ObjectApi api, V1Pod pod) =>
        PodState.Controller(pod.Metadata) is { Kind: "Job" } owner
        && api.Cache.Get(ObjectKey.Of(Catalog.ForType<V1Job>(), pod.Metadata.NamespaceProperty, owner.Name)) is { Encoded.IsDeleting: false } job
        && job.Encoded.Uid == owner.Uid;
}
