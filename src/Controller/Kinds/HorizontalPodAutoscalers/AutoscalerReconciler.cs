using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Serving.Metrics;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>Measures every autoscaler's pods at each interval, and scales. It looks at the clock, not at what it writes itself.</summary>
internal sealed class AutoscalerReconciler(ObjectApi api, UsageCollector collector, OutsideMetrics outside, ControllerOptions options, EventRecorder events) : Reconciler
{
    private const string Component = "horizontal-pod-autoscaler";
    private static readonly ResourceKind Kind = Catalog.ForType<V2HorizontalPodAutoscaler>();
    private readonly ConcurrentDictionary<ObjectKey, (string Uid, ScalingHistory History)> _histories = new();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) =>
        change.Previous is { } before && change.Type == ChangeType.Modified && JsonNode.DeepEquals(Spec(before), Spec(change.Object)) ? [] : [change.Object.Key];

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V2HorizontalPodAutoscaler>() is not { Metadata.DeletionTimestamp: null } item)
        {
            _histories.TryRemove(key, out _);
            return null;
        }
        var now = api.Time.GetUtcNow();
        if (ScaleTarget.Find(api, item, out var problem) is not { } target)
        {
            var conditions = new AutoscalerConditions(item.Status?.Conditions, now);
            conditions.Set("AbleToScale", false, "FailedGetScale", $"the HPA controller was unable to get the target's current scale: {problem}");
            await WriteAsync(item, new() { CurrentReplicas = item.Status?.CurrentReplicas, DesiredReplicas = 0, LastScaleTime = item.Status?.LastScaleTime, Conditions = conditions.All }, cancellationToken).ConfigureAwait(false);
            await events.WarningAsync(item, Component, "FailedGetScale", problem, cancellationToken).ConfigureAwait(false);
            return options.AutoscalerSync;
        }
        V1Pod[] pods = [.. api.Cache.List(new("pods", target.Namespace) { Labels = target.Selector }).Items.Select(pod => pod.Decode<V1Pod>())];
        var reports = await collector.CollectAsync(pods.Select(pod => pod.Spec.NodeName).Where(node => !string.IsNullOrEmpty(node)).Distinct(), cancellationToken).ConfigureAwait(false);
        var usage = reports.Values.SelectMany(report => report.Containers).ToLookup(container => container.PodUid);
        var told = await outside.ReadAsync(item, target, cancellationToken).ConfigureAwait(false);
        var plan = AutoscalerPlanner.Plan(item, target.Replicas, pods, usage, told, History(key, item.Metadata.Uid), now);
        if (plan.Replicas is { } replicas)
        {
            await ScaleAsync(target, replicas, cancellationToken).ConfigureAwait(false);
            await events.NormalAsync(item, Component, "SuccessfulRescale", $"New size: {replicas}; reason: {plan.Why}", cancellationToken).ConfigureAwait(false);
        }
        if (plan.Problem is { } failed)
        {
            await events.WarningAsync(item, Component, failed.Reason, failed.Message, cancellationToken).ConfigureAwait(false);
        }
        await WriteAsync(item, plan.Status, cancellationToken).ConfigureAwait(false);
        return options.AutoscalerSync;
    }

    /// <summary>Another autoscaler of the same name begins anew.</summary>
    private ScalingHistory History(ObjectKey key, string uid) =>
        _histories.AddOrUpdate(key, _ => (uid, new()), (_, known) => known.Uid == uid ? known : (uid, new())).History;

    private Task<CachedObject> ScaleAsync(ScaleTarget target, int replicas, CancellationToken cancellationToken) =>
        api.UpdateAsync(target.Kind, target.Namespace, target.Name, status: false, tree =>
        {
            AdmissionChain.Metadata(tree)["uid"] = target.Uid;
            // Somebody else scaled it meanwhile: what was measured is of another size, and is measured again.
            if (((int?)tree["spec"]!["replicas"] ?? 1) == target.Replicas)
            {
                tree["spec"]!["replicas"] = replicas;
            }
            return tree;
        }, WriteOptions.Default, cancellationToken);

    private Task<CachedObject> WriteAsync(V2HorizontalPodAutoscaler item, V2HorizontalPodAutoscalerStatus status, CancellationToken cancellationToken) =>
        api.UpdateAsync(Kind, item.Metadata.NamespaceProperty, item.Metadata.Name, status: true, tree =>
        {
            AdmissionChain.Metadata(tree)["uid"] = item.Metadata.Uid;
            tree["status"] = ModelJson.ToTree(status);
            return tree;
        }, WriteOptions.Default, cancellationToken);

    private static JsonNode? Spec(CachedObject item) => JsonTree.ParseObject(item.Bytes)["spec"];
}
