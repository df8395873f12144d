using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using k8s.Models;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>Pods as plain processes of the host. docs/process-runtime.md tells what that gives and what it cannot.</summary>
internal sealed class ProcessRuntime : IContainerRuntime
{
    // After SIGKILL only the kernel stands between a process and its end; past this the shim itself is cleared away.
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ProcessContainer> _containers = [];
    private readonly string _containersFolder;
    private readonly SandboxStore _sandboxes;
    private readonly PodResolvers _resolvers;
    private readonly HostPorts _ports;
    private readonly ImageStore _images;
    private readonly IProcessPlatform _platform;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="domain">The cluster's domain; null where this node serves no DNS.</param>
    public ProcessRuntime(string dataFolder, string imageRoot, string? domain, IProcessPlatform platform, TimeProvider time, ILogger<ProcessRuntime> logger)
    {
        _resolvers = new PodResolvers(ProcessFolders.Resolvers(dataFolder), domain);
        _containersFolder = ProcessFolders.Containers(dataFolder);
        _sandboxes = new SandboxStore(ProcessFolders.Sandboxes(dataFolder), time);
        _images = new ImageStore(imageRoot);
        _ports = new HostPorts(time, logger);
        (_platform, _time, _logger) = (platform, time, logger);
    }

    public string Name => "process";

    public IReadOnlyList<string> Handlers { get; } = [Model.WellKnown.ProcessRuntime];

    public string Version { get; } = $"process://{typeof(ProcessRuntime).Assembly.GetName().Version?.ToString(3)}";

    public string? Fault => null;

    // Its images are the user's own folders, and a container's log keeps its bounds by itself.
    public IHousekeeping? Housekeeping => null;

    public event Action<string>? PodChanged;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux())
        {
            SignalInheritance.Reset();
        }
        OwnerOnly.CreateDirectory(_containersFolder);
        _sandboxes.Open();
        await _resolvers.OpenAsync(cancellationToken);
        foreach (var sandbox in _sandboxes.List().Where(sandbox => sandbox.Ready))
        {
            OpenPorts(sandbox);
        }
        _platform.Ended += OnEnded;
        _platform.Touched += OnTouched;
        foreach (var container in new ContainerAdoption(_containersFolder, _platform, _time, _logger).Adopt())
        {
            _containers[container.Record.Id] = container;
            if (container.State == ContainerState.Running)
            {
                Watch(container, container.Folder.ReadStart()?.Pid ?? container.Folder.ReadShim()?.Pid ?? 0);
            }
            container.Log.Observe();
        }
    }

    public void UseAddressRange(string podCidr, IPAddress nameServer)
    {
        _resolvers.UseServer(nameServer);
        _sandboxes.UseAddressRange(podCidr);
    }

    public IReadOnlyList<string> FindUnsupported(V1Pod pod) =>
        ProcessLimits.Find(pod, OperatingSystem.IsLinux() ? Native.EffectiveUserId() : null, _resolvers.IsAvailable);

    public ValueTask<IReadOnlyList<PodObservation>> ListAsync(string? podUid, CancellationToken cancellationToken)
    {
        var containers = _containers.Values.Select(container => container.Observe()).Where(c => podUid is null || c.PodUid == podUid)
            .ToLookup(c => c.PodUid);
        var sandboxes = podUid is null ? _sandboxes.List() : _sandboxes.Find(podUid) is { } one ? [one] : [];
        var observations = sandboxes.Select(s => Observe(s, [.. containers[s.PodUid]]))
            .Concat(containers.Where(group => !sandboxes.Any(s => s.PodUid == group.Key)).Select(group => new PodObservation(group.Key, null, [.. group])));
        return ValueTask.FromResult<IReadOnlyList<PodObservation>>([.. observations]);
    }

    public Task<SandboxObservation> RunSandboxAsync(SandboxSpec sandbox, CancellationToken cancellationToken)
    {
        var record = _sandboxes.Run(sandbox);
        try
        {
            _ports.Open(record);
        }
        catch (CreateContainerException)
        {
            _sandboxes.Stop(sandbox.PodUid);
            throw;
        }
        _resolvers.Write(sandbox);
        return Task.FromResult(Observe(record));
    }

    public Task StopSandboxAsync(string podUid, CancellationToken cancellationToken)
    {
        _ports.Close(podUid);
        _sandboxes.Stop(podUid);
        return Task.CompletedTask;
    }

    public async Task RemovePodAsync(string podUid, CancellationToken cancellationToken)
    {
        foreach (var container in _containers.Values.Where(c => c.Record.PodUid == podUid))
        {
            await StopContainerAsync(container.Record.Id, TimeSpan.Zero, cancellationToken);
            await RemoveContainerAsync(container.Record.Id, cancellationToken);
        }
        _ports.Close(podUid);
        _sandboxes.Remove(podUid);
        _resolvers.Remove(podUid);
    }

    public ValueTask<ImageObservation?> FindImageAsync(string image, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_images.Find(image) is { } found ? new ImageObservation(found.Name.ToString(), found.Id) : null);

    public Task<ImageObservation> PullImageAsync(string image, IReadOnlyList<RegistryCredential> credentials, CancellationToken cancellationToken)
    {
        var found = _images.Find(image) ?? throw new ImagePullException(
            $"not found: no {Path.Combine(ImageName.Parse(image).FolderUnder(_images.Root), "image.json")}");
        return Task.FromResult(new ImageObservation(found.Name.ToString(), found.Id));
    }

    public Task<string> CreateContainerAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        var image = _images.Find(container.Image) ?? throw new CreateContainerException($"image \"{container.Image}\" is gone");
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var record = new ContainerRecord
        {
            Id = id,
            PodUid = container.PodUid,
            Namespace = container.Namespace,
            PodName = container.PodName,
            Name = container.Name,
            Attempt = container.Attempt,
            Image = container.Image,
            ImageId = image.Id,
            CreatedAt = _time.GetUtcNow(),
        };
        var folder = new ContainerFolder(Path.Combine(_containersFolder, id));
        try
        {
            folder.Create(record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            folder.Delete();
            throw new CreateContainerException($"{folder.FullPath}: {e.Message}", e);
        }
        _containers[id] = new ProcessContainer(record, folder, _time) { Spec = container };
        return Task.FromResult(id);
    }

    public Task StartContainerAsync(string containerId, CancellationToken cancellationToken)
    {
        var container = Find(containerId);
        if (container.Spec is not { } spec)
        {
            throw new RunContainerException($"container {containerId} was started before");
        }
        container.Spec = null;
        try
        {
            var image = _images.Find(spec.Image) ?? throw new RunContainerException($"image \"{spec.Image}\" is gone");
            var sandbox = _sandboxes.Find(spec.PodUid) ?? throw new RunContainerException("the pod has no sandbox");
            var launch = CommandResolver.Resolve(containerId, spec, image, sandbox, container.Folder) with { Starter = _resolvers.Enter(spec.PodUid) };
            var pid = _platform.Start(container.Folder, launch);
            var startedAt = _time.GetUtcNow();
            container.Folder.WriteStart(new(pid, _platform.ReadStart(pid) ?? 0, startedAt));
            container.MarkRunning(startedAt);
            Watch(container, pid);
        }
        catch (Exception e)
        {
            _platform.Sweep(containerId, container.Folder);
            container.MarkExited(container.Folder.WriteExit(128, "StartError", e.Message));
            PodChanged?.Invoke(container.Record.PodUid);
            throw e as RunContainerException ?? new RunContainerException(e.Message, e);
        }
        PodChanged?.Invoke(container.Record.PodUid);
        return Task.CompletedTask;
    }

    public async Task StopContainerAsync(string containerId, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (!_containers.TryGetValue(containerId, out var container) || container.State != ContainerState.Running)
        {
            return;
        }
        if (grace > TimeSpan.Zero)
        {
            // A container that was started this instant has not told its first process yet; the telling is a change of its folder.
            for (var next = container.Next(); container.Folder.ReadMainPid() is null && await next.WaitAsync(cancellationToken); next = container.Next())
            {
            }
            _platform.Terminate(container.Folder);
            if (await EndsWithinAsync(container, grace, cancellationToken))
            {
                return;
            }
        }
        _platform.Kill(container.Folder);
        if (!await EndsWithinAsync(container, KillPatience, cancellationToken))
        {
            _platform.Sweep(containerId, container.Folder);
            await container.Exited.WaitAsync(cancellationToken);
        }
    }

    public Task RemoveContainerAsync(string containerId, CancellationToken cancellationToken)
    {
        if (_containers.TryGetValue(containerId, out var container))
        {
            if (container.State == ContainerState.Running)
            {
                throw new InvalidOperationException($"container {containerId} still runs");
            }
            _platform.Unwatch(containerId);
            container.Folder.Delete();
            _containers.TryRemove(containerId, out _);
        }
        return Task.CompletedTask;
    }

    public Task<ExecResult> ExecAsync(string containerId, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        ProcessExec.RunAsync(Prepare(containerId, command), timeout, _time, cancellationToken);

    public Task<IContainerStreams> OpenExecAsync(
        string containerId, IReadOnlyList<string> command, StreamsRequest streams, CancellationToken cancellationToken)
    {
        var exec = Prepare(containerId, command);
        return Task.FromResult<IContainerStreams>(!streams.Terminal ? new PipeStreams(exec.Start(), streams)
            : OperatingSystem.IsLinux() ? TerminalStreams.Start(exec)
            : throw new RunContainerException("a terminal (tty) is not available for processes on this operating system"));
    }

    public Task<IContainerStreams> AttachAsync(string containerId, StreamsRequest streams, CancellationToken cancellationToken) =>
        Task.FromResult<IContainerStreams>(new LogStreams(this, FindRunning(containerId).Record.Id));

    public Task<Stream> ConnectAsync(string podUid, int port, CancellationToken cancellationToken) => TcpDialer.ConnectAsync(
        () => new(SocketType.Stream, ProtocolType.Tcp),
        [IPAddress.Parse(SandboxOf(podUid).Address)], port, cancellationToken);

    public PodNetworkView ViewNetwork(string podUid)
    {
        _ = SandboxOf(podUid);
        return new(PodNetworkView.OpenHere, _resolvers.Find(podUid) ?? Networking.Dns.ResolverFile.OfMachine);
    }

    public async IAsyncEnumerable<LogChunk> ReadLogAsync(
        string containerId, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var container = Find(containerId);
        await foreach (var chunk in new LogReader(container.Log, query).ReadAsync(container.Next, cancellationToken))
        {
            yield return chunk;
        }
    }

    public ValueTask<string?> ReadTerminationMessageAsync(string containerId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TerminationMessage.Read(Find(containerId).Folder.TerminationMessage));

    public ValueTask<IReadOnlyList<ContainerUsage>> ReadUsageAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        _platform.ReadUsage(_containers.Values.Where(container => container.State == ContainerState.Running).Select(container => container.Record.Id).ToHashSet()));

    public ValueTask DisposeAsync()
    {
        _platform.Ended -= OnEnded;
        _platform.Touched -= OnTouched;
        _platform.Dispose();
        _ports.Dispose();
        return ValueTask.CompletedTask;
    }

    private SandboxRecord SandboxOf(string podUid) => _sandboxes.Find(podUid) ?? throw new RunContainerException("the pod has no sandbox");

    private void OpenPorts(SandboxRecord sandbox)
    {
        try
        {
            _ports.Open(sandbox);
        }
        catch (CreateContainerException e)
        {
            // Its processes go on; somebody else took the port while no agent ran.
            Log.HostPortLost(_logger, sandbox.Namespace, sandbox.PodName, e.Message);
        }
    }

    private ProcessContainer Find(string id) =>
        _containers.GetValueOrDefault(id) ?? throw new RunContainerException($"container {id} does not exist");

    private ProcessContainer FindRunning(string id) => Find(id) is { State: ContainerState.Running } container
        ? container
        : throw new RunContainerException($"container {id} is not running");

    private ProcessExec Prepare(string containerId, IReadOnlyList<string> command)
    {
        var container = FindRunning(containerId);
        return new(command, _platform.ReadEnvironment(container.Folder), _images.Find(container.Record.Image)?.Folder, container.Folder)
        {
            Starter = _resolvers.Enter(container.Record.PodUid),
        };
    }

    private void Watch(ProcessContainer container, int pid)
    {
        if (!_platform.TryWatch(container.Record.Id, container.Folder, pid))
        {
            OnEnded(container.Record.Id);
        }
    }

    private void OnTouched(string id)
    {
        if (_containers.TryGetValue(id, out var container))
        {
            ObserveLog(container);
            container.Pulse();
        }
    }

    private void OnEnded(string id)
    {
        if (_containers.TryGetValue(id, out var container) && container.State == ContainerState.Running)
        {
            _platform.Sweep(id, container.Folder);
            var exit = ReadExit(container);
            // Before anyone may know that it ended, and remove it.
            ObserveLog(container);
            container.MarkExited(exit);
            Log.ContainerEnded(_logger, container.Record.Namespace, container.Record.PodName, container.Record.Name, exit.ExitCode);
            PodChanged?.Invoke(container.Record.PodUid);
        }
    }

    // These run on the thread that watches all containers: a folder that is taken away, or a full disk, must not end it.
    private ExitRecord ReadExit(ProcessContainer container)
    {
        const string Reason = "ContainerStatusUnknown";
        const string Message = "The container could not be located when it was terminated";
        try
        {
            return container.Folder.ReadExit() ?? container.Folder.WriteExit(137, Reason, Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(137, Reason, $"{Message}: {e.Message}", _time.GetUtcNow());
        }
    }

    private void ObserveLog(ProcessContainer container)
    {
        try
        {
            container.Log.Observe();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.LogNotObserved(_logger, container.Record.Namespace, container.Record.PodName, container.Record.Name, e.Message);
        }
    }

    private async Task<bool> EndsWithinAsync(ProcessContainer container, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await container.Exited.WaitAsync(limit, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static PodObservation Observe(SandboxRecord sandbox, IReadOnlyList<ContainerObservation> containers) =>
        new(sandbox.PodUid, Observe(sandbox), containers);

    private static SandboxObservation Observe(SandboxRecord s) => new(s.PodUid, s.Namespace, s.PodName, s.Address, s.Ready, s.CreatedAt);
}
