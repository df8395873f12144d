using System.Runtime.CompilerServices;
using Docker.DotNet;
using k8s.Models;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Pods on a Docker Engine. docs/docker-runtime.md tells how.</summary>
internal sealed class DockerRuntime : IContainerRuntime
{
    // After SIGKILL only the kernel and the engine stand between a container and its end.
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);

    // Past this many at a time an engine removes slower and not faster, and what is wanted next waits behind all the rest.
    private const int Width = 16;

    private readonly SemaphoreSlim _removals = new(Width);
    private readonly DockerInventory _inventory = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly DockerClient _client;
    private readonly DockerOptions _options;
    private readonly ContainerDefaults _defaults;
    private readonly PodNetwork _network;
    private readonly EngineWatch _watch;
    private readonly DockerImages _images;
    private readonly RecentImages _recent;
    private readonly DockerSandboxes _sandboxes;
    private readonly DockerExec _exec;
    private readonly DockerStreaming _streaming;
    private readonly DockerUsage _usage;
    private readonly ImageLedger _ledger;
    private readonly DockerHousekeeping _housekeeping;
    private readonly TimeProvider _time;
    private Task _watching = Task.CompletedTask;

    public DockerRuntime(DockerOptions options, TimeProvider time, ILogger<DockerRuntime> logger)
    {
        (_options, _time) = (options, time);
        var owner = options.ReadOwner();
        _defaults = new(owner, options.PidsLimit, options.LogFileBytes, options.LogFiles, Path.Combine(options.Folder, "seccomp"),
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        _client = EngineConnection.Connect(options.Endpoint);
        _network = new PodNetwork(_client, owner);
        _watch = new EngineWatch(_client, owner, _inventory, time, logger);
        _images = new DockerImages(_client);
        _recent = new RecentImages(_images, time);
        _sandboxes = new DockerSandboxes(_client, owner, options.ClusterDomain, _inventory, _watch, _network);
        _exec = new DockerExec(_client, time);
        _streaming = new DockerStreaming(_client);
        _usage = new DockerUsage(_client, _inventory);
        _ledger = new ImageLedger(options.Folder);
        _housekeeping = new DockerHousekeeping(_client, owner, options, _ledger, _recent, _network, time, logger);
    }

    public string Name => "docker";

    public IReadOnlyList<string> Handlers { get; private set; } = [Model.WellKnown.DockerRuntime];

    public string Version { get; private set; } = "docker://unknown";

    public string? Fault => _watch.Fault;

    public IHousekeeping? Housekeeping => _housekeeping;

    public event Action<string>? PodChanged
    {
        add => _watch.Changed += value;
        remove => _watch.Changed -= value;
    }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var listed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _watching = Task.Run(() => _watch.RunAsync(listed, _stop.Token), CancellationToken.None);
        await listed.Task.WaitAsync(cancellationToken);
        _sandboxes.Adopt();
        var engine = await _client.System.GetSystemInfoAsync(cancellationToken);
        _housekeeping.ImageFolder = engine.DockerRootDir;
        Version = $"docker://{engine.ServerVersion}";
        // "default" is a nickname, which no container can ask for.
        Handlers = [Name, .. (engine.Runtimes?.Keys ?? []).Where(runtime => runtime != "default" && runtime != Name).Order(StringComparer.Ordinal)];
    }

    // Its name server is on the bridge itself.
    public void UseAddressRange(string podCidr, System.Net.IPAddress nameServer) => _network.UseRange(podCidr);

    public IReadOnlyList<string> FindUnsupported(V1Pod pod) => DockerLimits.Find(pod);

    public ValueTask<IReadOnlyList<PodObservation>> ListAsync(string? podUid, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_inventory.List(podUid));

    public Task<SandboxObservation> RunSandboxAsync(SandboxSpec sandbox, CancellationToken cancellationToken)
    {
        // What comes next asks for these, and the sandbox takes its time.
        foreach (var image in (sandbox.Pod.InitContainers is { Count: > 0 } first ? first : sandbox.Pod.Containers).Select(container => container.Image).Distinct())
        {
            _recent.Prepare(image);
        }
        return AskAsync(() => _sandboxes.RunAsync(sandbox, cancellationToken), (text, e) => new CreateContainerException(text, e), cancellationToken);
    }

    public Task StopSandboxAsync(string podUid, CancellationToken cancellationToken) =>
        AskAsync(() => _sandboxes.StopAsync(podUid, cancellationToken), (text, e) => new CreateContainerException(text, e), cancellationToken);

    public async Task RemovePodAsync(string podUid, CancellationToken cancellationToken)
    {
        foreach (var entry in _inventory.All.Where(entry => entry.PodUid == podUid && entry.Container is not null))
        {
            await RemoveContainerAsync(entry.Id, cancellationToken);
        }
        await InTurnAsync(_removals, () => AskAsync(
            () => _sandboxes.RemoveAsync(podUid, cancellationToken), (text, e) => new CreateContainerException(text, e), cancellationToken), cancellationToken);
        var folder = _options.PodFolder(podUid);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public async ValueTask<ImageObservation?> FindImageAsync(string image, CancellationToken cancellationToken) =>
        await AskAsync(() => _recent.FindAsync(image, cancellationToken), (text, e) => new ImagePullException(text, e), cancellationToken) is { } found
            ? new(image, found.Digest)
            : null;

    public async Task<ImageObservation> PullImageAsync(string image, IReadOnlyList<RegistryCredential> credentials, CancellationToken cancellationToken)
    {
        var before = await AskAsync(() => _images.FindAsync(image, cancellationToken), (text, e) => new ImagePullException(text, e), cancellationToken);
        var pulled = await _images.PullAsync(image, credentials, cancellationToken);
        _recent.Forget(image);
        if (pulled.Id != before?.Id)
        {
            // One that was here already was brought by somebody who may want it.
            _ledger.Pulled(pulled.Id, image, _time.GetUtcNow());
        }
        return new(image, pulled.Digest);
    }

    public async Task<string> CreateContainerAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        var image = await AskAsync(() => _recent.FindAsync(container.Image, cancellationToken), (text, e) => new CreateContainerException(text, e), cancellationToken)
            ?? throw new CreateContainerException($"image \"{container.Image}\" is gone");
        var sandbox = _inventory.Sandboxes(container.PodUid).FirstOrDefault(entry => entry.Sandbox is { Ready: true })
            ?? throw new CreateContainerException("the pod has no sandbox");
        var parameters = ContainerSettings.Build(container, image, sandbox.Id, MakeTerminationMessage(container), _defaults);
        parameters.HostConfig.Runtime = ContainerLabels.EngineRuntime(sandbox.Sandbox?.Handler);
        string id;
        try
        {
            // Not to be given up half-way: the engine would make it all the same, and nobody would know.
            id = await AskAsync(() => CreateAsync(_client, parameters, CancellationToken.None), (text, e) => new CreateContainerException(text, e), cancellationToken);
        }
        catch (CreateContainerException)
        {
            _recent.Forget(container.Image);
            throw;
        }
        _ledger.Used([image.Id], _time.GetUtcNow());
        // Known without asking: it was made a moment ago, and all that matters of it is what was asked for.
        _inventory.Put(DockerInventory.Made(id, container, image, sandbox.Id, _time.GetUtcNow()));
        return id;
    }

    public async Task StartContainerAsync(string containerId, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(() => _watch.StartAsync(containerId, cancellationToken), (text, e) => new RunContainerException(text, e), cancellationToken);
        }
        catch (RunContainerException e)
        {
            if (_inventory.Find(containerId) is { Container: { } made } entry)
            {
                var now = _time.GetUtcNow();
                _inventory.Put(entry with
                {
                    Container = made with
                    {
                        State = ContainerState.Exited, ExitCode = 128, Reason = "StartError", Message = e.Message, StartedAt = made.CreatedAt, FinishedAt = now,
                    },
                });
            }
            throw;
        }
    }

    public async Task StopContainerAsync(string containerId, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (_inventory.Find(containerId) is not { } entry || DockerInventory.HasEnded(entry) || entry.Container?.State == ContainerState.Created)
        {
            return;
        }
        var exited = _inventory.Exited(containerId);
        if (grace > TimeSpan.Zero)
        {
            await SignalAsync(containerId, entry.StopSignal, cancellationToken);
            if (await EndsWithinAsync(exited, grace, cancellationToken))
            {
                return;
            }
        }
        await SignalAsync(containerId, "SIGKILL", cancellationToken);
        if (!await EndsWithinAsync(exited, KillPatience, cancellationToken)
            && await _watch.RefreshAsync(containerId, cancellationToken) is { } still && !DockerInventory.HasEnded(still))
        {
            throw new RunContainerException($"container {containerId} does not end");
        }
    }

    public async Task RemoveContainerAsync(string containerId, CancellationToken cancellationToken)
    {
        var entry = _inventory.Find(containerId);
        await InTurnAsync(_removals, () => AskAsync(
            () => RemoveAsync(_client, containerId, cancellationToken), (text, e) => new CreateContainerException(text, e), cancellationToken), cancellationToken);
        if (entry is null)
        {
            return;
        }
        _watch.Removed(entry);
        if (entry.Container is { } container)
        {
            var message = TerminationMessageFile(container.PodUid, container.Name, container.Attempt);
            if (File.Exists(message))
            {
                File.Delete(message);
            }
        }
    }

    public Task<ExecResult> ExecAsync(string containerId, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        AskAsync(() => _exec.RunAsync(containerId, command, timeout, cancellationToken), (text, e) => new RunContainerException(text, e), cancellationToken);

    public Task<IContainerStreams> OpenExecAsync(
        string containerId, IReadOnlyList<string> command, StreamsRequest streams, CancellationToken cancellationToken) => AskAsync(
            () => _streaming.ExecAsync(containerId, command, streams, cancellationToken), (text, e) => new RunContainerException(text, e), cancellationToken);

    public Task<IContainerStreams> AttachAsync(string containerId, StreamsRequest streams, CancellationToken cancellationToken) => AskAsync(
        () => _streaming.AttachAsync(containerId, _inventory.Find(containerId)?.Tty == true, streams, cancellationToken),
        (text, e) => new RunContainerException(text, e), cancellationToken);

    public Task<Stream> ConnectAsync(string podUid, int port, CancellationToken cancellationToken) =>
        DockerStreaming.ConnectAsync(SandboxOf(podUid), port, cancellationToken);

    public PodNetworkView ViewNetwork(string podUid) => DockerStreaming.View(SandboxOf(podUid));

    public async IAsyncEnumerable<LogChunk> ReadLogAsync(
        string containerId, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var tty = _inventory.Find(containerId)?.Tty == true;
        await foreach (var chunk in new DockerLogReader(_client).ReadAsync(containerId, tty, query, cancellationToken))
        {
            yield return chunk;
        }
    }

    public ValueTask<string?> ReadTerminationMessageAsync(string containerId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_inventory.Find(containerId)?.Container is { } container
            ? Process.TerminationMessage.Read(TerminationMessageFile(container.PodUid, container.Name, container.Attempt))
            : null);

    public async ValueTask<IReadOnlyList<ContainerUsage>> ReadUsageAsync(CancellationToken cancellationToken) =>
        await AskAsync(() => _usage.ReadAsync(cancellationToken), (text, e) => new RunContainerException(text, e), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _sandboxes.Dispose();
        _network.Dispose();
        _removals.Dispose();
        _client.Dispose();
        _stop.Dispose();
    }

    private DockerEntry SandboxOf(string podUid) =>
        _inventory.Sandboxes(podUid).FirstOrDefault(entry => entry.Sandbox is { Ready: true }) ?? throw new RunContainerException("the pod has no sandbox");

    internal static async Task<string> CreateAsync(DockerClient client, global::Docker.DotNet.Models.CreateContainerParameters parameters, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.Containers.CreateContainerAsync(parameters, cancellationToken)).ID;
        }
        catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // The name says which attempt it is, so if it is ours it was made by a try whose answer was lost, and nobody knows it.
            var holder = await client.Containers.InspectContainerAsync(parameters.Name, cancellationToken);
            if (holder.Config?.Labels?.TryGetValue(ContainerLabels.Owner, out var owner) != true || owner != parameters.Labels[ContainerLabels.Owner])
            {
                throw;
            }
            await RemoveAsync(client, holder.ID, cancellationToken);
            return (await client.Containers.CreateContainerAsync(parameters, cancellationToken)).ID;
        }
    }

    internal static async Task<bool> RemoveAsync(DockerClient client, string id, CancellationToken cancellationToken)
    {
        try
        {
            await client.Containers.RemoveContainerAsync(id, new() { Force = true, RemoveVolumes = true }, cancellationToken);
            return true;
        }
        catch (DockerApiException e) when (EngineError.IsGone(e))
        {
            return false;
        }
    }

    private Task<bool> SignalAsync(string id, string signal, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            if (signal == "SIGKILL")
            {
                _watch.Killing(id);
            }
            try
            {
                await _client.Containers.KillContainerAsync(id, new() { Signal = signal }, cancellationToken);
            }
            catch (DockerApiException e) when (e.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
            {
                // It does not run any more; its event is on its way, or was lost.
                await _watch.RefreshAsync(id, cancellationToken);
            }
            return true;
        },
        (text, e) => new RunContainerException(text, e),
        cancellationToken);

    private async Task<bool> EndsWithinAsync(Task exited, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await exited.WaitAsync(limit, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task<T> InTurnAsync<T>(SemaphoreSlim turns, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            return await call();
        }
        finally
        {
            turns.Release();
        }
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> call, Func<string, Exception, RuntimeException> refusal, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (DockerApiException e)
        {
            throw refusal(EngineError.Text(e), e);
        }
        catch (Exception e) when (e is not RuntimeException && !cancellationToken.IsCancellationRequested && EngineConnection.IsUnavailable(e))
        {
            throw new RuntimeUnavailableException($"the container engine does not answer: {e.Message}", e);
        }
    }

    private string? MakeTerminationMessage(ContainerSpec container)
    {
        if (string.IsNullOrEmpty(container.TerminationMessagePath))
        {
            return null;
        }
        var file = TerminationMessageFile(container.PodUid, container.Name, container.Attempt);
        OwnerOnly.CreateDirectory(_options.PodFolder(container.PodUid));
        File.WriteAllBytes(file, []);
        if (!OperatingSystem.IsWindows())
        {
            // Whoever the container runs as may write it; who may reach it is decided by the folder.
            File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);
        }
        return file;
    }

    private string TerminationMessageFile(string podUid, string container, int attempt) =>
        Path.Combine(_options.PodFolder(podUid), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path.GetFileName(container)}-{attempt}.message"));
}
