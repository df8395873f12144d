using k8s.Models;
using Orchestrator.Agent.Pods.Planning;

namespace Orchestrator.Agent.Runtimes.Hollow;

/// <summary>One pod's fake containers: which are about to start, run, or have ended at a time. No clock: time is told.</summary>
internal sealed class HollowContainers(HollowFate fate)
{
    public const string Runtime = "hollow";

    /// <summary>128 + SIGTERM: what a program ends with that does not handle the signal.</summary>
    private const int Terminated = 143;

    private readonly List<ContainerObservation> _made = [];
    private readonly List<(V1Container Container, int Attempt, DateTimeOffset Due)> _starts = [];

    public IReadOnlyList<ContainerObservation> Made => _made;

    public Dictionary<string, ContainerMemory> Memory { get; } = [];

    /// <summary>Goes on with what an earlier run of the agent had shown.</summary>
    public void Recall(V1Pod pod)
    {
        foreach (var status in (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []))
        {
            var made = Make(pod.Metadata.Uid, status.Name, status.Image, status.RestartCount, default);
            if (status.State?.Running is { } running)
            {
                _made.Add(made with { StartedAt = Time(running.StartedAt), CreatedAt = Time(running.StartedAt) });
                Memory[status.Name] = ContainerMemory.Empty with { Started = true, Ready = true };
            }
            else if ((status.State?.Terminated ?? status.LastState?.Terminated) is { } ended)
            {
                _made.Add(made with
                {
                    State = ContainerState.Exited, StartedAt = Time(ended.StartedAt), CreatedAt = Time(ended.StartedAt), FinishedAt = Time(ended.FinishedAt), ExitCode = ended.ExitCode,
                });
            }
        }
    }

    /// <summary>Lets happen what is due.</summary>
    public void Advance(V1Pod pod, DateTimeOffset now)
    {
        foreach (var start in _starts.Where(start => start.Due <= now).ToList())
        {
            _starts.Remove(start);
            _made.Add(Make(pod.Metadata.Uid, start.Container.Name, start.Container.Image, start.Attempt, start.Due));
            Change(start.Container.Name, memory => memory with { Operation = ContainerOperation.None, Started = true, Ready = true });
        }
        for (var index = 0; index < _made.Count; index++)
        {
            if (EndOf(pod, _made[index]) is { } end && end <= now)
            {
                End(index, end, fate.ExitCode(pod.Metadata.Uid, _made[index].Name, _made[index].Attempt));
            }
        }
    }

    /// <returns>When something is due next; null for never.</returns>
    public DateTimeOffset? NextDue(V1Pod pod) =>
        _starts.Select(start => (DateTimeOffset?)start.Due).Concat(_made.Select(made => EndOf(pod, made))).Min();

    public void Start(V1Container container, int attempt, RestartBackOff? backOff, DateTimeOffset now)
    {
        _starts.Add((container, attempt, now + fate.StartDelay));
        Change(container.Name, memory => memory with { Operation = ContainerOperation.Starting, BackOff = backOff, Started = false, Ready = false });
    }

    public void Stop(string id, DateTimeOffset now) => End(_made.FindIndex(made => made.Id == id), now, Terminated);

    public void Remove(string id) => _made.RemoveAll(made => made.Id == id);

    /// <summary>What has not started yet never will.</summary>
    public void AbandonStarts()
    {
        foreach (var (container, _, _) in _starts)
        {
            Change(container.Name, memory => memory with { Operation = ContainerOperation.None });
        }
        _starts.Clear();
    }

    private DateTimeOffset? EndOf(V1Pod pod, ContainerObservation made)
    {
        if (made.State != ContainerState.Running)
        {
            return null;
        }
        var init = pod.Spec.InitContainers?.FirstOrDefault(container => container.Name == made.Name);
        var ends = init is not null ? !InitContainers.IsSidecar(init) : pod.Spec.RestartPolicy is RestartRules.Never or RestartRules.OnFailure;
        return ends ? made.StartedAt + fate.RunTime : null;
    }

    private void End(int index, DateTimeOffset at, int exitCode)
    {
        _made[index] = _made[index] with { State = ContainerState.Exited, FinishedAt = at, ExitCode = exitCode };
        Change(_made[index].Name, memory => memory with { Started = false, Ready = false });
    }

    private void Change(string container, Func<ContainerMemory, ContainerMemory> change) =>
        Memory[container] = change(Memory.GetValueOrDefault(container, ContainerMemory.Empty));

    private static ContainerObservation Make(string podUid, string name, string image, int attempt, DateTimeOffset at) => new()
    {
        Id = $"{podUid}-{name}-{attempt}",
        PodUid = podUid,
        Name = name,
        Attempt = attempt,
        Image = image,
        ImageId = $"{Runtime}://{image}",
        State = ContainerState.Running,
        CreatedAt = at,
        StartedAt = at,
    };

    private static DateTimeOffset Time(DateTime? time) => time is { } given ? new(DateTime.SpecifyKind(given, DateTimeKind.Utc)) : default;
}
