using k8s.Models;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Probes;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods;

/// <summary>
/// Keeps probes going for exactly the containers that run, and brings what they find to the worker's loop. In a pod that is deleted they are asked whether
/// they are ready until they have ended, and nothing else any more.
/// </summary>
internal sealed class PodProbes(PodServices services, Action<Action> post, Func<V1Pod> pod, Dictionary<string, ContainerMemory> memory)
    : IProbeObserver, IDisposable
{
    private readonly Dictionary<string, (V1Container Container, ContainerProbes Probes)> _running = [];

    public void Sync(PodFacts facts)
    {
        var ends = facts.Stop is not null;
        var wanted = facts.MayBeReady && facts.Sandbox is { Ready: true }
            ? facts.Containers.Where(c => c.State == ContainerState.Running
                && (facts.MemoryOf(c.Name).Operation is var operation && operation == ContainerOperation.None || (ends && operation == ContainerOperation.Stopping))).ToList()
            : [];
        foreach (var id in _running.Keys.Where(id => !wanted.Exists(container => container.Id == id)).ToList())
        {
            _running.Remove(id, out var ended);
            ended.Probes.Dispose();
        }
        foreach (var observed in wanted.Where(observed => !_running.ContainsKey(observed.Id)))
        {
            if (facts.Pod.Spec.Containers.Concat(InitContainers.Sidecars(facts.Pod.Spec)).FirstOrDefault(container => container.Name == observed.Name) is { } container)
            {
                Begin(facts, container, observed);
            }
        }
        if (ends)
        {
            foreach (var (_, probes) in _running.Values)
            {
                probes.KeepReadinessOnly();
            }
        }
    }

    public void Started(string containerId) => Change(containerId, memory => memory with { Started = true });

    public void Ready(string containerId, bool ready) => Change(containerId, memory => memory with { Ready = ready });

    public void Failed(string containerId, ProbeKind kind, string output) => post(() =>
    {
        if (_running.TryGetValue(containerId, out var running))
        {
            services.Events.Publish(pod(), running.Container, EventTypes.Warning, "Unhealthy", $"{kind} probe failed: {output}");
        }
    });

    public void Unhealthy(string containerId, ProbeKind kind) => post(() =>
    {
        if (_running.TryGetValue(containerId, out var running))
        {
            Set(running.Container.Name, memory => memory with
            {
                Unhealthy = $"Container {running.Container.Name} failed {(kind == ProbeKind.Startup ? "startup" : "liveness")} probe, will be restarted",
            });
        }
    });

    public void Dispose()
    {
        foreach (var (_, probes) in _running.Values)
        {
            probes.Dispose();
        }
        _running.Clear();
    }

    private void Begin(PodFacts facts, V1Container container, ContainerObservation observed)
    {
        // A container that was ready before the agent restarted is ready until a probe says otherwise.
        var reported = (facts.Pod.Status?.ContainerStatuses ?? []).Concat(facts.Pod.Status?.InitContainerStatuses ?? []).FirstOrDefault(status =>
            status.Name == container.Name && status.ContainerID == $"{facts.Runtime}://{observed.Id}");
        var wasReady = reported?.Ready == true;
        var wasStarted = reported?.Started == true;
        Set(container.Name, memory => memory with { Ready = wasReady, Started = wasStarted });
        _running[observed.Id] = (container, new ContainerProbes(
            new(container, observed.Id, facts.Sandbox?.Address ?? "", services.Runtime),
            observed.StartedAt ?? facts.Now,
            wasReady,
            wasStarted,
            services.Prober,
            services.Time,
            this));
        if (container.StartupProbe is null && container.ReadinessProbe is null)
        {
            // Nothing to ask: it is ready in the same step, not after a round through the loop.
            Set(container.Name, memory => memory with { Ready = true, Started = true });
        }
    }

    private void Change(string containerId, Func<ContainerMemory, ContainerMemory> change) => post(() =>
    {
        if (_running.TryGetValue(containerId, out var running))
        {
            Set(running.Container.Name, change);
        }
    });

    private void Set(string container, Func<ContainerMemory, ContainerMemory> change) =>
        memory[container] = change(memory.GetValueOrDefault(container, ContainerMemory.Empty));
}
