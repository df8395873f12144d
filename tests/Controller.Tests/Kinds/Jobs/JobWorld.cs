using k8s;
using k8s.Models;
using Orchestrator.Controller.Kinds.Jobs;

namespace Orchestrator.Controller.Tests.Kinds.Jobs;

/// <summary>A job and its pods as store and agents would have them, for plans to be carried out in; the controller may die between any two writes.</summary>
internal sealed class JobWorld(V1JobSpec spec)
{
    private int _made;

    public DateTime Now { get; private set; } = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    public V1Job Job { get; } = new() { Metadata = new() { Name = "work", NamespaceProperty = "default", Uid = "job" }, Spec = spec, Status = new() };
    public List<V1Pod> Pods { get; } = [];
    /// <summary>Pods that ended well before anybody wanted them gone, whether or not they still exist.</summary>
    public HashSet<string> Succeeded { get; } = [];
    public HashSet<string> Failed { get; } = [];
    public bool Ended => JobConditions.End(Job.Status) is not null;
    public IEnumerable<V1Pod> Active => Pods.Where(JobPods.IsActive);

    public void Pass(TimeSpan time) => Now += time;

    /// <summary>One reconciliation, that is killed after so many writes.</summary>
    public JobPlan Step(int writes = int.MaxValue)
    {
        var plan = JobPlanner.Plan(Copy(Job), [.. Pods.Select(Copy)], Now);
        var acts = new List<Action> { () => Job.Status = plan.Status };
        acts.AddRange(plan.Release.Select(pod => (Action)(() => Untrack(pod))));
        acts.AddRange(plan.Discard.SelectMany(pod => new Action[] { () => Untrack(pod), () => Delete(pod) }));
        acts.AddRange(plan.Delete.Select(pod => (Action)(() => Delete(pod))));
        acts.AddRange(plan.Create.Select(wanted => (Action)(() => Create(wanted))));
        acts.Take(writes).ToList().ForEach(act => act());
        return plan;
    }

    public void End(V1Pod pod, bool well, int exitCode = 1)
    {
        pod.Status.Phase = well ? "Succeeded" : "Failed";
        pod.Status.ContainerStatuses = [new() { Name = "c", State = new() { Terminated = new() { ExitCode = well ? 0 : exitCode, FinishedAt = Now } } }];
        if (JobPods.IsTracked(pod))
        {
            // Its deletion may have been counted as its failure already; what it does afterwards changes nothing.
            var counted = Job.Status.UncountedTerminatedPods?.Failed?.Contains(pod.Metadata.Uid) == true;
            Failed.Remove(pod.Metadata.Uid);
            (well && !counted ? Succeeded : Failed).Add(pod.Metadata.Uid);
        }
        Collect(pod);
    }

    /// <summary>Somebody else deletes it; its agent ends it later.</summary>
    public void Delete(V1Pod pod)
    {
        var real = Pods.Find(item => item.Metadata.Uid == pod.Metadata.Uid);
        if (real is not null)
        {
            if (JobPods.IsTracked(real) && JobPods.IsActive(real))
            {
                Failed.Add(real.Metadata.Uid);
            }
            real.Metadata.DeletionGracePeriodSeconds ??= JobPods.IsEnded(real) ? 0 : 30;
            real.Metadata.DeletionTimestamp ??= Now;
            Collect(real);
        }
    }

    private void Create(JobPodPlan wanted)
    {
        var pod = JobPodTemplate.Make(Job, wanted);
        pod.Metadata.Name = pod.Metadata.Uid = $"p{_made++}";
        pod.Metadata.CreationTimestamp = Now;
        pod.Spec.NodeName = "n1";
        pod.Status = new() { Phase = "Running" };
        Pods.Add(pod);
    }

    private void Untrack(V1Pod pod)
    {
        var real = Pods.Find(item => item.Metadata.Uid == pod.Metadata.Uid);
        real?.Metadata.Finalizers = null;
        if (real is not null)
        {
            Collect(real);
        }
    }

    private void Collect(V1Pod pod)
    {
        if (pod.Metadata.DeletionTimestamp is not null && JobPods.IsEnded(pod) && !JobPods.IsTracked(pod))
        {
            Pods.Remove(pod);
        }
    }

    private static T Copy<T>(T item) => KubernetesJson.Deserialize<T>(KubernetesJson.Serialize(item));
}
