namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// The part of the process runtime that differs between operating systems: a shim that outlives the agent runs the container's command,
/// writes its output to <c>run/log</c> and its end to <c>run/exit</c>.
/// </summary>
internal interface IProcessPlatform : IDisposable
{
    /// <summary>The shim of this container ended. Raised once per watched container, on the watching thread.</summary>
    event Action<string>? Ended;

    /// <summary>Something in this container's <c>run</c> folder changed; bursts are told once.</summary>
    event Action<string>? Touched;

    /// <summary>Starts the shim and returns its pid.</summary>
    int Start(ContainerFolder folder, ProcessLaunch launch);

    /// <summary>Begins to watch; false when no such shim lives.</summary>
    bool TryWatch(string containerId, ContainerFolder folder, int shimPid);

    void Unwatch(string containerId);

    /// <summary>When this process began, in the system's own unit; null when it does not live.</summary>
    long? ReadStart(int pid);

    /// <summary>Asks the container's first process to end.</summary>
    void Terminate(ContainerFolder folder);

    /// <summary>Kills the container's first process; its shim records the end and clears up.</summary>
    void Kill(ContainerFolder folder);

    /// <summary>Kills whatever still lives of this container, shim and all.</summary>
    void Sweep(string containerId, ContainerFolder folder);

    /// <summary>The pid of the shim of each container that has any process, found without records.</summary>
    IReadOnlyDictionary<string, IReadOnlyList<int>> FindProcesses();

    /// <summary>The environment a command gets that is run inside the container.</summary>
    IReadOnlyDictionary<string, string> ReadEnvironment(ContainerFolder folder);

    /// <summary>What all processes of these containers have used; those that cannot be read are left out. One caller at a time.</summary>
    IReadOnlyList<ContainerUsage> ReadUsage(IReadOnlySet<string> containerIds);
}

/// <summary>A command with nothing left to resolve.</summary>
internal sealed record ProcessLaunch(
    string ContainerId, IReadOnlyList<string> Command, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>What starts it all: words of a command that ends by becoming the rest of them.</summary>
    public IReadOnlyList<string> Starter { get; init; } = [];
}
