using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Probes;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Process;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Agent.Tests.Volumes.Persistent;
using Orchestrator.Agent.Volumes;
using Orchestrator.Agent.Volumes.Persistent;
using Orchestrator.Model;

namespace Orchestrator.Agent.Tests.Pods;

/// <summary>A node without its network: the production pod table over a real runtime.</summary>
internal sealed class NodeHarness : IAsyncDisposable
{
    private readonly Func<string, IContainerRuntime> _open;
    private readonly Func<string, ContainerObservation, Task> _kill;
    private readonly string _range;
    private readonly BackOffPolicy _backOff;
    private readonly Docker.DotNet.DockerClient? _engine;
    private Prober _prober;

    private NodeHarness(string folder, Func<string, IContainerRuntime> open, Func<string, ContainerObservation, Task> kill, string range, BackOffPolicy backOff,
        Docker.DotNet.DockerClient? engine)
    {
        (Folder, _open, _kill, _range, _backOff, _engine) = (folder, open, kill, range, backOff, engine);
        (Runtime, _prober, Volumes, Table) = Open();
    }

    public string Folder { get; }
    public FakePodApi Api { get; } = new();
    public FakeVolumeApi Claims { get; } = new();
    public VolumeKeeper? Keeper { get; private set; }
    public IContainerRuntime Runtime { get; private set; }
    public PodTable Table { get; private set; }
    public VolumeManager Volumes { get; private set; }

    /// <summary>The machine's clock, as the agent sees it.</summary>
    public SettableClock Clock { get; } = new();

    /// <summary>A node with the process runtime.</summary>
    public static Task<NodeHarness> CreateAsync(BackOffPolicy? backOff = null) => CreateAsync(
        folder => new ProcessRuntime(
            folder, Path.Combine(folder, "images"), null, new LinuxPlatform(folder, TimeProvider.System), TimeProvider.System, NullLogger<ProcessRuntime>.Instance),
        async (folder, container) =>
        {
            var files = new ContainerFolder(Path.Combine(ProcessFolders.Containers(folder), container.Id));
            await Eventually.SeesAsync(files.ReadMainPid, pid => pid is not null);
            _ = Native.Kill(files.ReadMainPid() ?? 0, Native.SigKill);
        },
        "127.90.1.0/24",
        backOff);

    /// <param name="open">The runtime over a data folder.</param>
    /// <param name="kill">Kills a container's first process, as its own fault would.</param>
    public static async Task<NodeHarness> CreateAsync(
        Func<string, IContainerRuntime> open, Func<string, ContainerObservation, Task> kill, string range, BackOffPolicy? backOff = null,
        Docker.DotNet.DockerClient? engine = null)
    {
        var node = new NodeHarness(Directory.CreateTempSubdirectory("node-test-").FullName, open, kill, range, backOff ?? BackOffPolicy.Default, engine);
        await node.BeginAsync();
        return node;
    }

    /// <summary>A new agent over the same data folder; its pods are not restored yet.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        (Runtime, _prober, Volumes, Table) = Open();
        await BeginAsync();
    }

    public Task<V1PodStatus> SeesAsync(string pod, Func<V1PodStatus, bool> wanted) =>
        Eventually.SeesAsync(() => Api.Statuses.GetValueOrDefault(pod) ?? new() { ContainerStatuses = [] },
            status => status.Phase is not null && (status.ContainerStatuses is { Count: > 0 } || status.Reason is not null) && wanted(status),
            status => $"{k8s.KubernetesJson.Serialize(status)} {string.Join(", ", Api.Events)}");

    public async Task<IReadOnlyList<ContainerObservation>> ContainersAsync() =>
        [.. (await Runtime.ListAsync(null, ProcessHarness.Cancellation)).SelectMany(pod => pod.Containers)];

    /// <summary>A container's whole log, of its last run.</summary>
    public async Task<string> LogAsync(string container)
    {
        var latest = (await ContainersAsync()).Where(observed => observed.Name == container).MaxBy(observed => observed.Attempt);
        if (latest is null or { State: ContainerState.Created })
        {
            return "";
        }
        var text = new System.Text.StringBuilder();
        await foreach (var chunk in Runtime.ReadLogAsync(latest.Id, LogQuery.All, ProcessHarness.Cancellation))
        {
            text.Append(System.Text.Encoding.UTF8.GetString(chunk.Text.Span)).Append(chunk.EndsLine ? "\n" : "");
        }
        return text.ToString();
    }

    public Task<string> LogContainsAsync(string container, string text) =>
        Eventually.SeesAsync(() => LogAsync(container).GetAwaiter().GetResult(), log => log.Contains(text, StringComparison.Ordinal), log => $"\"{log}\" without {text}");

    public async Task KillMainAsync()
    {
        foreach (var container in (await ContainersAsync()).Where(container => container.State == ContainerState.Running))
        {
            await _kill(Folder, container);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Table.DisposeAsync();
            foreach (var pod in await Runtime.ListAsync(null, CancellationToken.None))
            {
                await Runtime.RemovePodAsync(pod.PodUid, CancellationToken.None);
            }
        }
        finally
        {
            Volumes.Folders.TearDownExcept([]);
            await CloseAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }

    private async Task CloseAsync()
    {
        await Table.DisposeAsync();
        _prober.Dispose();
        await Runtime.DisposeAsync();
    }

    private async Task BeginAsync()
    {
        await Runtime.OpenAsync(ProcessHarness.Cancellation);
        Runtime.UseAddressRange(_range, System.Net.IPAddress.Loopback);
    }

    private (IContainerRuntime, Prober, VolumeManager, PodTable) Open()
    {
        var time = Clock;
        var runtime = _open(Folder);
        var prober = new Prober(time);
        var node = new NodeFacts("node-1", "10.0.0.1", new Dictionary<string, Quantity>
        {
            ["cpu"] = Quantity.FromInt64(2), ["memory"] = Quantity.FromBytes(1L << 30), ["pods"] = Quantity.FromInt64(110),
            ["ephemeral-storage"] = Quantity.FromBytes(10L << 30),
        });
        var folders = new VolumeFolders(Path.Combine(Folder, "volumes"));
        var store = new VolumeStore(Path.Combine(Folder, "persistent"));
        var drivers = VolumeDrivers.Make(store, new(Path.Combine(Folder, "programs"), time), Path.Combine(Folder, "provisioners"), "pwsh", node.Name, _engine);
        Keeper = new VolumeKeeper(Claims, store, drivers, new(folders), time, NullLogger.Instance);
        var volumes = new VolumeManager(folders, Api, node, time, new(Claims, store, drivers, new(folders), node.Name));
        return (runtime, prober, volumes, new PodTable(new RuntimeSet([runtime]), new(
            runtime, Api, Api, new ConfigSource(Api), volumes, new PodCheckpoints(Path.Combine(Folder, "pods")), prober, node, _backOff, time,
            NullLogger<PodWorker>.Instance)));
    }
}
