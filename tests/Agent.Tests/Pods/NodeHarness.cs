using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Probes;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Process;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Model;

namespace Orchestrator.Agent.Tests.Pods;

/// <summary>A node without its network: the production pod table over the process runtime.</summary>
internal sealed class NodeHarness : IAsyncDisposable
{
    private ProcessRuntime _runtime;
    private Prober _prober;

    private NodeHarness(string folder)
    {
        Folder = folder;
        (_runtime, _prober, Table) = Open();
    }

    public string Folder { get; }
    public FakePodApi Api { get; } = new();
    public PodTable Table { get; private set; }

    public static async Task<NodeHarness> CreateAsync()
    {
        var node = new NodeHarness(Directory.CreateTempSubdirectory("node-test-").FullName);
        await node.BeginAsync();
        return node;
    }

    /// <summary>A new agent over the same data folder; its pods are not restored yet.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        (_runtime, _prober, Table) = Open();
        await BeginAsync();
    }

    public Task<V1PodStatus> SeesAsync(string pod, Func<V1PodStatus, bool> wanted) =>
        Eventually.SeesAsync(() => Api.Statuses.GetValueOrDefault(pod) ?? new() { ContainerStatuses = [] },
            status => status.Phase is not null && (status.ContainerStatuses is { Count: > 0 } || status.Reason is not null) && wanted(status));

    public async Task<IReadOnlyList<ContainerObservation>> ContainersAsync() =>
        [.. (await _runtime.ListAsync(null, ProcessHarness.Cancellation)).SelectMany(pod => pod.Containers)];

    public async Task KillMainAsync()
    {
        foreach (var container in (await ContainersAsync()).Where(container => container.State == ContainerState.Running))
        {
            var folder = new ContainerFolder(Path.Combine(ProcessFolders.Containers(Folder), container.Id));
            await Eventually.SeesAsync(folder.ReadMainPid, pid => pid is not null);
            _ = Native.Kill(folder.ReadMainPid() ?? 0, Native.SigKill);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Table.DisposeAsync();
        foreach (var pod in await _runtime.ListAsync(null, CancellationToken.None))
        {
            await _runtime.RemovePodAsync(pod.PodUid, CancellationToken.None);
        }
        await CloseAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task CloseAsync()
    {
        await Table.DisposeAsync();
        _prober.Dispose();
        await _runtime.DisposeAsync();
    }

    private async Task BeginAsync()
    {
        await _runtime.OpenAsync(ProcessHarness.Cancellation);
        _runtime.UseAddressRange("127.90.1.0/24");
    }

    private (ProcessRuntime, Prober, PodTable) Open()
    {
        var time = TimeProvider.System;
        var runtime = new ProcessRuntime(
            Folder, Path.Combine(Folder, "images"), new LinuxPlatform(Folder, time), time, NullLogger<ProcessRuntime>.Instance);
        var prober = new Prober(runtime, time);
        var node = new NodeFacts("node-1", "10.0.0.1", new Dictionary<string, Quantity>
        {
            ["cpu"] = Quantity.FromInt64(2), ["memory"] = Quantity.FromBytes(1L << 30), ["pods"] = Quantity.FromInt64(110),
        });
        return (runtime, prober, new PodTable(new(
            runtime, Api, Api, new ConfigSource(Api), new PodCheckpoints(Path.Combine(Folder, "pods")), prober, node, BackOffPolicy.Default, time,
            NullLogger<PodWorker>.Instance)));
    }
}
