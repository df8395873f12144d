using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Scheduling.Preempting;
using Orchestrator.Controller.Storage;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Scheduling;

/// <summary>Writes what was decided: binds, explanations, who has to go. Many at a time, so that they share commits; no more than so many.</summary>
internal sealed class Binder(ObjectApi api, Deletion deletion, EventRecorder events, ILogger log) : IDisposable
{
    private const string Component = "default-scheduler";
    private const int AtOnce = 512;
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();
    private static readonly ResourceKind Claims = Catalog.ForType<V1PersistentVolumeClaim>();

    private readonly SemaphoreSlim _room = new(AtOnce);

    /// <summary>Begins to bind; returns when there is room for it.</summary>
    /// <param name="undo">Called when the bind could not be written.</param>
    public async ValueTask BindAsync(PodInfo pod, string node, Action undo, CancellationToken stopping)
    {
        await _room.WaitAsync(stopping).ConfigureAwait(false);
        _ = WriteAsync(() => BindNowAsync(pod, node, undo, stopping), stopping);
    }

    /// <summary>Begins to write the node into claims, whose volumes are then made for it.</summary>
    /// <param name="done">Called when it stands in all of them.</param>
    /// <param name="undo">Called when it could not be written.</param>
    public async ValueTask SelectAsync(PodInfo pod, IReadOnlyList<string> claims, string node, Action done, Action undo, CancellationToken stopping)
    {
        await _room.WaitAsync(stopping).ConfigureAwait(false);
        _ = WriteAsync(() => SelectNowAsync(pod, claims, node, done, undo, stopping), stopping);
    }

    /// <summary>Begins to tell why a pod waits.</summary>
    /// <param name="nominated">The node that is being cleared for it; null to leave what is said of it.</param>
    public async ValueTask ExplainAsync(PodInfo pod, string explanation, string? nominated, CancellationToken stopping)
    {
        await _room.WaitAsync(stopping).ConfigureAwait(false);
        _ = WriteAsync(() => ExplainNowAsync(pod, explanation, nominated, stopping), stopping);
    }

    /// <summary>Begins to clear a node.</summary>
    public async ValueTask PreemptAsync(PodInfo pod, PreemptionPlan plan, CancellationToken stopping)
    {
        foreach (var victim in plan.Victims)
        {
            await _room.WaitAsync(stopping).ConfigureAwait(false);
            _ = WriteAsync(() => EndAsync(victim, pod, plan.Node.Name, stopping), stopping);
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task WriteAsync(Func<Task> write, CancellationToken stopping)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end; what was not written is decided again at the next start.
        }
        catch (ObjectDisposedException) when (stopping.IsCancellationRequested)
        {
            // As above.
        }
        finally
        {
            if (!stopping.IsCancellationRequested)
            {
                _room.Release();
            }
        }
    }

    private async Task BindNowAsync(PodInfo pod, string node, Action undo, CancellationToken stopping)
    {
        try
        {
            var bound = await PodBinder.BindAsync(api, pod.Key.Namespace, pod.Key.Name, pod.Uid, node, stopping).ConfigureAwait(false);
            await events.NormalAsync(
                bound.Decode<V1Pod>(), Component, "Scheduled", $"Successfully assigned {pod.Key.Namespace}/{pod.Key.Name} to {node}", stopping).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is ApiException or StoreException)
        {
            log.NotBound(pod.Key, node, problem.Message);
            undo();
        }
    }

    private async Task SelectNowAsync(PodInfo pod, IReadOnlyList<string> claims, string node, Action done, Action undo, CancellationToken stopping)
    {
        try
        {
            foreach (var claim in claims)
            {
                await api.UpdateAsync(Claims, pod.Key.Namespace, claim, status: false, tree =>
                {
                    var metadata = AdmissionChain.Metadata(tree);
                    if (metadata["annotations"] is not JsonObject annotations)
                    {
                        metadata["annotations"] = annotations = [];
                    }
                    annotations[VolumeNames.SelectedNode] = node;
                    return tree;
                }, WriteOptions.Default, stopping).ConfigureAwait(false);
            }
            done();
        }
        catch (Exception problem) when (problem is ApiException or StoreException)
        {
            log.NotBound(pod.Key, node, problem.Message);
            undo();
        }
    }

    private async Task ExplainNowAsync(PodInfo pod, string explanation, string? nominated, CancellationToken stopping)
    {
        try
        {
            var told = await api.UpdateAsync(Pods, pod.Key.Namespace, pod.Key.Name, status: true, current =>
            {
                if (string.IsNullOrEmpty((string?)current["spec"]?["nodeName"]))
                {
                    PodConditions.Set(current, "PodScheduled", "False", "Unschedulable", explanation, api.Time.GetUtcNow());
                    if (nominated is not null)
                    {
                        current["status"]!["nominatedNodeName"] = nominated; // The condition is in it.
                    }
                }
                return current;
            }, WriteOptions.Default, stopping).ConfigureAwait(false);
            await events.WarningAsync(told.Decode<V1Pod>(), Component, "FailedScheduling", explanation, stopping).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is ApiException or StoreException)
        {
            log.NotExplained(pod.Key, problem.Message);
        }
    }

    private async Task EndAsync(PodInfo victim, PodInfo pod, string node, CancellationToken stopping)
    {
        try
        {
            var marked = await api.UpdateAsync(Pods, victim.Key.Namespace, victim.Key.Name, status: true, current =>
            {
                if ((string?)current["metadata"]?["uid"] == victim.Uid)
                {
                    PodConditions.Set(current, "DisruptionTarget", "True", "PreemptionByScheduler",
                        $"{Component}: preempting to accommodate a higher priority pod", api.Time.GetUtcNow());
                }
                return current;
            }, WriteOptions.Default, stopping).ConfigureAwait(false);
            await events.NormalAsync(
                marked.Decode<V1Pod>(), Component, "Preempted", $"Preempted by pod {pod.Key.Namespace}/{pod.Key.Name} on node {node}", stopping).ConfigureAwait(false);
            await deletion.DeleteAsync(Pods, victim.Key.Namespace, victim.Key.Name, DeleteRequest.Default with { Uid = victim.Uid }, stopping).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is ApiException or StoreException)
        {
            // It is gone, or is another by now; else the pod finds its place taken and asks again.
            log.NotPreempted(victim.Key, pod.Key, problem.Message);
        }
    }
}
