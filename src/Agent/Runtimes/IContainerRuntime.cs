using System.Net;

namespace Orchestrator.Agent.Runtimes;

/// <summary>
/// What the agent needs of a container engine. A pod is a sandbox (its address, its namespaces) and containers that join it.
/// Rules every implementation keeps:
/// <list type="bullet">
/// <item>Containers outlive the agent. After a restart, <see cref="ListAsync"/> shows everything this agent made, running or ended,
/// with its exit code; what others made is never listed and never touched.</item>
/// <item>Every call is idempotent: stopping what has ended, or removing what is gone, succeeds.</item>
/// <item>A container starts once. A restart is a new container with the next <see cref="ContainerSpec.Attempt"/>.</item>
/// <item>Expected failures are <see cref="RuntimeException"/>s whose reason is the Kubernetes word for it.</item>
/// </list>
/// </summary>
internal interface IContainerRuntime : IAsyncDisposable
{
    /// <summary>The RuntimeClass handler that chooses this runtime, and the scheme of its container ids: <c>process</c>, <c>docker</c>.</summary>
    string Name { get; }

    /// <summary>All handlers that a RuntimeClass may name to get this runtime, its own name first. Known once it is open.</summary>
    IReadOnlyList<string> Handlers { get; }

    /// <summary>As <c>node.status.nodeInfo.containerRuntimeVersion</c>: <c>process://0.1.0</c>.</summary>
    string Version { get; }

    /// <summary>Images and disk space; null where there is nothing to keep house with.</summary>
    IHousekeeping? Housekeeping { get; }

    /// <summary>Why it cannot work now, in a sentence; null when it can.</summary>
    string? Fault { get; }

    /// <summary>
    /// Something about this pod (its UID) changed: a container started, ended or vanished. Raised after the change can be seen
    /// in <see cref="ListAsync"/>; may be raised for nothing; handlers only take note and return.
    /// </summary>
    event Action<string> PodChanged;

    /// <summary>Finds what earlier runs of the agent left behind and begins to watch it. Called once, before all else.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>The range that pod addresses come from, and where this node's name server is. Sandboxes that exist keep theirs.</summary>
    void UseAddressRange(string podCidr, IPAddress nameServer);

    /// <summary>What this pod asks for and this runtime cannot give, one sentence each that names the field; empty if all is well.</summary>
    IReadOnlyList<string> FindUnsupported(k8s.Models.V1Pod pod);

    /// <summary>Everything of one pod, or of all pods when <paramref name="podUid"/> is null.</summary>
    ValueTask<IReadOnlyList<PodObservation>> ListAsync(string? podUid, CancellationToken cancellationToken);

    /// <summary>Makes the pod's sandbox, or returns the one it has.</summary>
    Task<SandboxObservation> RunSandboxAsync(SandboxSpec sandbox, CancellationToken cancellationToken);

    /// <summary>Ends the sandbox and gives its address back. Its containers have ended before.</summary>
    Task StopSandboxAsync(string podUid, CancellationToken cancellationToken);

    /// <summary>Removes the sandbox and all records and logs of its containers.</summary>
    Task RemovePodAsync(string podUid, CancellationToken cancellationToken);

    /// <summary>The image if it is on this machine, else null.</summary>
    /// <exception cref="InvalidImageNameException" />
    ValueTask<ImageObservation?> FindImageAsync(string image, CancellationToken cancellationToken);

    /// <exception cref="InvalidImageNameException" />
    /// <exception cref="ImagePullException" />
    Task<ImageObservation> PullImageAsync(string image, IReadOnlyList<RegistryCredential> credentials, CancellationToken cancellationToken);

    /// <summary>Makes a container that does not run yet; returns its id (without scheme).</summary>
    /// <exception cref="CreateContainerConfigException" />
    Task<string> CreateContainerAsync(ContainerSpec container, CancellationToken cancellationToken);

    /// <summary>Starts it. A container that cannot start is left ended, with exit code 128 and reason StartError.</summary>
    /// <exception cref="RunContainerException" />
    Task StartContainerAsync(string containerId, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the container to end, waits <paramref name="grace"/>, then kills everything in it. Returns when it has ended.
    /// Cancelling abandons the wait, not the container: a later call with a shorter grace takes over.
    /// </summary>
    Task StopContainerAsync(string containerId, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Removes an ended container with its log.</summary>
    Task RemoveContainerAsync(string containerId, CancellationToken cancellationToken);

    /// <summary>Runs a command inside a running container, and ends it when <paramref name="timeout"/> is over.</summary>
    /// <exception cref="RunContainerException">The command cannot be started, or the container does not run.</exception>
    Task<ExecResult> ExecAsync(string containerId, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Starts a command inside a running container, with streams to it.</summary>
    /// <exception cref="RunContainerException">The command cannot be started, or the container does not run.</exception>
    Task<IContainerStreams> OpenExecAsync(string containerId, IReadOnlyList<string> command, StreamsRequest streams, CancellationToken cancellationToken);

    /// <summary>Streams to the first process of a running container: what it writes from now on, and its input where it was made with one.</summary>
    /// <exception cref="RunContainerException">The container does not run.</exception>
    Task<IContainerStreams> AttachAsync(string containerId, StreamsRequest streams, CancellationToken cancellationToken);

    /// <summary>Connects to a TCP port of the pod from inside it, so that ports are reached which only the pod itself can reach.</summary>
    /// <exception cref="RunContainerException">Nothing listens there, or the pod has no sandbox.</exception>
    Task<Stream> ConnectAsync(string podUid, int port, CancellationToken cancellationToken);

    /// <summary>The network as the pod has it.</summary>
    /// <exception cref="RunContainerException">The pod has no sandbox, or its network cannot be entered from here.</exception>
    PodNetworkView ViewNetwork(string podUid);

    /// <summary>The container's output in order. With <see cref="LogQuery.Follow"/> it ends when the container has ended and all is read.</summary>
    IAsyncEnumerable<LogChunk> ReadLogAsync(string containerId, LogQuery query, CancellationToken cancellationToken);

    /// <summary>What the container left at its terminationMessagePath (at most 4096 bytes), or null.</summary>
    ValueTask<string?> ReadTerminationMessageAsync(string containerId, CancellationToken cancellationToken);

    /// <summary>What the running containers have used. One that ends while it is read, or cannot be read, is left out.</summary>
    ValueTask<IReadOnlyList<ContainerUsage>> ReadUsageAsync(CancellationToken cancellationToken);
}
