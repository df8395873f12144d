using System.Collections.Concurrent;
using System.Net;
using k8s.Models;
using Orchestrator.Agent.Networking.Dns;

namespace Orchestrator.Agent.Runtimes;

/// <summary>The runtimes of this node: the first runs every pod that names none; a pod's runtimeClassName chooses another.</summary>
internal sealed class RuntimeSet(IReadOnlyList<IContainerRuntime> runtimes) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, IContainerRuntime> _classes = [];

    public IReadOnlyList<IContainerRuntime> All => runtimes;

    public IContainerRuntime Default => runtimes[0];

    /// <summary>Why the node cannot take pods; null when it can.</summary>
    public string? Fault => Default.Fault;

    /// <summary>Every handler of this node, the default runtime's own first.</summary>
    public IEnumerable<string> Handlers => runtimes.SelectMany(runtime => runtime.Handlers);

    /// <summary>The handler that a pod's runtimeClassName stands for where no API has to be asked: the cluster's own classes are named as they are.</summary>
    /// <returns>False when the RuntimeClass has to be read.</returns>
    public static bool TryGetHandler(V1Pod pod, out string? handler)
    {
        handler = string.IsNullOrEmpty(pod.Spec.RuntimeClassName) ? null : pod.Spec.RuntimeClassName;
        return handler is null or Model.WellKnown.ProcessRuntime or Model.WellKnown.DockerRuntime;
    }

    /// <summary>What a RuntimeClass that was read, or whose pods run here, turned out to be.</summary>
    public void Learn(string runtimeClass, IContainerRuntime runtime) => _classes[runtimeClass] = runtime;

    /// <summary>The runtime of a pod that has its place here; null when this node has none for it.</summary>
    public IContainerRuntime? For(V1Pod pod) =>
        TryGetHandler(pod, out var handler) ? For(handler) : _classes.GetValueOrDefault(pod.Spec.RuntimeClassName);

    /// <returns>Null when this node has no such handler.</returns>
    public IContainerRuntime? For(string? handler) =>
        handler is null ? Default : runtimes.FirstOrDefault(runtime => runtime.Handlers.Contains(handler));

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        foreach (var runtime in runtimes)
        {
            await runtime.OpenAsync(cancellationToken);
        }
    }

    public void UseAddressRange(string podCidr)
    {
        var nameServer = NodeDns.AddressIn(podCidr);
        Default.UseAddressRange(podCidr, nameServer);
        foreach (var other in runtimes.Skip(1))
        {
            other.UseAddressRange(LoopbackRange(podCidr), nameServer);
        }
    }

    /// <summary>The loopback range of process pods on a node whose podCIDR is for containers: 10.244.3.0/24 gives 127.64.3.0/24.</summary>
    public static string LoopbackRange(string podCidr) => $"127.64.{IPNetwork.Parse(podCidr).BaseAddress.GetAddressBytes()[2]}.0/24";

    public async ValueTask DisposeAsync()
    {
        foreach (var runtime in runtimes)
        {
            await runtime.DisposeAsync();
        }
    }
}
