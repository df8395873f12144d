using k8s.Models;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Model.Daemons;

namespace Orchestrator.Agent.Daemons;

/// <summary>
/// Gives this node its DaemonSets' pods. While the controller is away it goes on from what it last saw: a pod that is lacking, or has ended, is begun
/// here, under the uid by which it is announced when the controller is back.
/// </summary>
internal sealed class DaemonPlacer(
    string node, DaemonMemory memory, IDaemonApi api, INodePods pods, Action<V1DaemonSet, string, string, string> tell, TimeProvider time, ILogger logger)
{
    /// <summary>How often pods are looked after while the API is away.</summary>
    private static readonly TimeSpan AwayLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private readonly FailedPodBackOff _backOff = new(time);
    private TimeSpan _pause = FirstPause;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await memory.WaitAsync(await StepAsync(cancellationToken), time, cancellationToken);
        }
    }

    /// <returns>When to look again without being told; null for not.</returns>
    public async Task<TimeSpan?> StepAsync(CancellationToken cancellationToken)
    {
        if (memory is not { Sets.Items: { } sets, Nodes.Items: { } nodes, Pods.Items: { } seen } || nodes.FirstOrDefault() is not { } self)
        {
            return null;
        }
        if (memory.IsAway)
        {
            PlaceHere([.. sets], self, [.. seen]);
            return AwayLook;
        }
        var done = await AnnounceAsync([.. sets], self, [.. seen], cancellationToken);
        foreach (var wish in DaemonPlanner.Plan(sets, self, [.. seen, .. memory.Unannounced]))
        {
            done &= await PlaceAsync(wish, cancellationToken);
        }
        _pause = done ? FirstPause : _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        return done ? null : _pause;
    }

    /// <returns>False when it is to be tried again.</returns>
    private async Task<bool> PlaceAsync(DaemonWish wish, CancellationToken cancellationToken)
    {
        var pod = Make(wish);
        try
        {
            if (await api.CreateAsync(pod, cancellationToken))
            {
                tell(wish.Set, EventTypes.Normal, "SuccessfulCreate", $"Created pod: {pod.Metadata.Name}");
            }
            // Else an answer was lost; the watch brings the pod.
            return true;
        }
        catch (DaemonRefusedException e)
        {
            tell(wish.Set, EventTypes.Warning, "FailedCreate", $"Error creating: {e.Message}");
            Log.NotPlaced(logger, wish.Set.Metadata.NamespaceProperty, wish.Set.Metadata.Name, e.Message);
            return false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotPlaced(logger, wish.Set.Metadata.NamespaceProperty, wish.Set.Metadata.Name, e.Message);
            return false;
        }
    }

    private void PlaceHere(V1DaemonSet[] sets, V1Node self, V1Pod[] seen)
    {
        V1Pod[] present = [.. seen.Concat(memory.Unannounced).Where(pod => !pods.IsOver(pod.Metadata.Uid))];
        foreach (var wish in DaemonPlanner.Plan(sets, self, present).ToArray())
        {
            if (_backOff.Left(wish.Set.Metadata.Uid, node) > TimeSpan.Zero)
            {
                continue;
            }
            _backOff.Note(wish.Set.Metadata.Uid, node);
            foreach (var ended in memory.Unannounced.Where(pod => DaemonPods.IsOf(wish.Set, pod)).ToArray())
            {
                memory.Drop(ended);
                pods.Remove(ended);
            }
            var pod = Make(wish);
            // What the API would have added; it is announced without.
            pod.Metadata.CreationTimestamp = time.GetUtcNow().UtcDateTime;
            pod.Spec.EnableServiceLinks ??= true;
            pod.Status = new() { Phase = "Pending" };
            memory.Add(pod);
            pods.Set(pod);
            Log.PlacedWhileAway(logger, pod.Metadata.NamespaceProperty, pod.Metadata.Name);
        }
    }

    /// <summary>Tells the API of the pods that were begun without it; those that are no longer wanted go.</summary>
    private async Task<bool> AnnounceAsync(V1DaemonSet[] sets, V1Node self, V1Pod[] seen, CancellationToken cancellationToken)
    {
        var done = true;
        foreach (var pod in memory.Unannounced)
        {
            var set = sets.FirstOrDefault(set => DaemonPods.IsOf(set, pod));
            var hash = set is null ? null : DaemonPods.HashOf(set);
            if (set is null || hash is null || hash != DaemonPods.HashOf(pod) || !DaemonPlacement.Judge(set.Spec.Template.Spec, self).ShouldRun)
            {
                Log.NoLongerWanted(logger, pod.Metadata.NamespaceProperty, pod.Metadata.Name, set is null ? "its DaemonSet is gone" : hash != DaemonPods.HashOf(pod) ? "its template is another" : "it is not for this node");
                memory.Drop(pod);
                pods.Remove(pod);
                continue;
            }
            try
            {
                foreach (var ended in seen.Where(other => DaemonPods.IsOf(set, other) && other.Metadata.Uid != pod.Metadata.Uid && pods.IsOver(other.Metadata.Uid)))
                {
                    await api.DeleteAsync(ended, cancellationToken);
                }
                done &= await api.CreateAsync(Make(new(set, hash), pod.Metadata.Uid), cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.NotPlaced(logger, pod.Metadata.NamespaceProperty, pod.Metadata.Name, e.Message);
                done = false;
            }
        }
        return done;
    }

    private V1Pod Make(DaemonWish wish, string? uid = null)
    {
        var pod = DaemonPods.Make(wish.Set, node, wish.Hash);
        pod.Metadata.Uid = uid ?? memory.UidFor(pod);
        return pod;
    }
}
