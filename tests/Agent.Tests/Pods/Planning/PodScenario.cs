using k8s.Models;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Tests.Pods.Planning;

/// <summary>A pod whose runtime does at once and without fail what the planner asks, so that a test reads as a list of what happens.</summary>
internal sealed class PodScenario(V1Pod pod)
{
    private readonly List<ContainerObservation> _containers = [];
    private readonly Dictionary<string, ContainerMemory> _memory = [];
    private int _ids;

    public V1Pod Pod { get; } = pod;
    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public SandboxObservation? Sandbox { get; private set; }
    public PodStop? Stop { get; set; }
    public PodPlan Plan { get; private set; } = new([], new(), null, false, []);
    public V1PodStatus Status => Plan.Status;
    public IReadOnlyList<ContainerObservation> Containers => _containers;

    /// <summary>Plans and carries out, until nothing is left to do now; returns what was done.</summary>
    public List<string> Settle()
    {
        List<string> done = [];
        for (var round = 0; round < 20; round++)
        {
            Plan = PodPlanner.Plan(Facts());
            Pod.Status = Plan.Status;
            if (Plan.Actions.Count == 0)
            {
                return done;
            }
            foreach (var action in Plan.Actions)
            {
                done.Add(Carry(action));
            }
        }
        throw new InvalidOperationException($"does not settle: {string.Join(", ", done)}");
    }

    public void Wait(TimeSpan time) => Now += time;

    public void Exit(string container, int code)
    {
        var index = _containers.FindLastIndex(c => c.Name == container && c.State == ContainerState.Running);
        _containers[index] = _containers[index] with { State = ContainerState.Exited, ExitCode = code, FinishedAt = Now };
    }

    public void Remember(string container, Func<ContainerMemory, ContainerMemory> change) =>
        _memory[container] = change(_memory.GetValueOrDefault(container, ContainerMemory.Empty));

    public void LoseRecords()
    {
        _containers.Clear();
        _memory.Clear();
    }

    private PodFacts Facts() => new()
    {
        Pod = Pod,
        Now = Now,
        HostAddress = "10.0.0.1",
        Runtime = "process",
        BackOff = BackOffPolicy.Default,
        Sandbox = Sandbox,
        Containers = [.. _containers],
        Memory = _memory,
        Stop = Stop,
    };

    private string Carry(PodAction action)
    {
        switch (action)
        {
            case PodAction.RunSandbox:
                Sandbox = new(Pod.Metadata.Uid, "default", Pod.Metadata.Name, "127.64.0.1", true, Now);
                return "sandbox up";
            case PodAction.StopSandbox:
                Sandbox = Sandbox is { } sandbox ? sandbox with { Ready = false } : null;
                return "sandbox down";
            case PodAction.StartContainer start:
                Remember(start.Container.Name, memory => memory with { BackOff = start.BackOff, Started = true, Ready = true, Unhealthy = null });
                _containers.Add(new()
                {
                    Id = $"id{_ids++}",
                    PodUid = Pod.Metadata.Uid,
                    Name = start.Container.Name,
                    Attempt = start.Attempt,
                    Image = start.Container.Image,
                    ImageId = start.Container.Image,
                    State = ContainerState.Running,
                    CreatedAt = Now,
                    StartedAt = Now,
                });
                return $"start {start.Container.Name} {start.Attempt}";
            case PodAction.StopContainer stop:
                Exit(stop.Container.Name, 143);
                return $"stop {stop.Container.Name}";
            case PodAction.RemoveContainer remove:
                _containers.RemoveAll(container => container.Id == remove.Id);
                return "remove";
            case PodAction.BeginStop begin:
                Stop = begin.Stop;
                return "begin stop";
            default:
                throw new InvalidOperationException(action.ToString());
        }
    }
}
