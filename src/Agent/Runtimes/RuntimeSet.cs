using System.Net;
using k8s.Models;

namespace Orchestrator.Agent.Runtimes;

/// <summary>The runtimes of this node: the first runs every pod that names none; a pod's runtimeClassName chooses another.</summary>
internal sealed class RuntimeSet(IReadOnlyList<IContainerRuntime> runtimes) : IAsyncDisposable
{
    public IReadOnlyList<IContainerRuntime> All => runtimes;

    public IContainerRuntime Default => runtimes[0];

    /// <summary>Why the node cannot take pods; null when it can.</summary>
    public string? Fault => Default.Fault;

    /// <returns>Null when the pod asks for a runtime that this node does not have.</returns>
    public IContainerRuntime? For(V1Pod pod)
    {
        var wanted = pod.Spec.RuntimeClassName;
        return runtimes.FirstOrDefault(runtime => runtime.Name == wanted)
            ?? (wanted is Model.WellKnown.ProcessRuntime or Model.WellKnown.DockerRuntime ? null : Default);
    }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        foreach (var runtime in runtimes)
        {
            await runtime.OpenAsync(cancellationToken);
        }
    }

    public void UseAddressRange(string podCidr)
    {
        Default.UseAddressRange(podCidr);
        foreach (var other in runtimes.Skip(1))
        {
            other.UseAddressRange(LoopbackRange(podCidr));
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
