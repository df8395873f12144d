using System.Collections.Immutable;
using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using Orchestrator.Agent.Runtimes.Docker;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>
/// Volumes of the container engine, had by name: the engine knows which containers have one, and lets nobody remove it meanwhile. Where they are is the
/// engine's business; on its own machine it is a folder.
/// </summary>
/// <param name="client">Null where this agent has no engine.</param>
internal sealed class EngineDriver(VolumeStore store, DockerClient? client) : IVolumeDriver
{
    public const string Label = "dev.orchestrator.volume";

    public Task<ImmutableSortedDictionary<string, string>> MakeAsync(VolumeOrder order, CancellationToken cancellationToken) => AskAsync(async engine =>
    {
        // One that is there stays as it is.
        await engine.Volumes.CreateAsync(new() { Name = order.EngineVolume, Labels = new Dictionary<string, string> { [Label] = order.Name } }, cancellationToken);
        var volume = await engine.Volumes.InspectAsync(order.EngineVolume, cancellationToken);
        if (Directory.Exists(volume.Mountpoint) && !OperatingSystem.IsWindows())
        {
            // Whoever the containers run as.
            File.SetUnixFileMode(volume.Mountpoint, (UnixFileMode)0b111_111_111);
        }
        return VolumeContext.None;
    });

    /// <summary>It has its disk's size, whatever is asked for.</summary>
    public Task GrowAsync(VolumeOrder order, bool isUsed, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string> MountAsync(VolumeOrder order, CancellationToken cancellationToken) => AskAsync(async engine =>
    {
        try
        {
            return (await engine.Volumes.InspectAsync(order.EngineVolume, cancellationToken)).Mountpoint;
        }
        catch (DockerApiException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            // The engine would make an empty one for whoever asks for the name.
            throw new VolumeProblemException("DataMissing", $"volume \"{order.Name}\" was made on this node, but the engine's volume {order.EngineVolume} is not there any more", e);
        }
    });

    /// <summary>The engine mounts and unmounts it with its containers.</summary>
    public Task UnmountAsync(VolumeOrder order, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RemoveAsync(VolumeOrder order, CancellationToken cancellationToken) => AskAsync(async engine =>
    {
        try
        {
            await engine.Volumes.RemoveAsync(order.EngineVolume, force: false, cancellationToken);
        }
        catch (DockerApiException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            // It is gone already.
        }
        store.Remove(order.Handle);
        return true;
    });

    private async Task<T> AskAsync<T>(Func<DockerClient, Task<T>> ask)
    {
        try
        {
            return await ask(client ?? throw new VolumeProblemException("NotSupported", "volumes of an engine need an agent with the docker runtime"));
        }
        catch (DockerApiException e)
        {
            throw new VolumeProblemException(e.StatusCode == HttpStatusCode.Conflict ? "Busy" : "EngineFailed", EngineError.Text(e), e);
        }
        catch (Exception e) when (e is not (VolumeProblemException or OperationCanceledException) && EngineConnection.IsUnavailable(e))
        {
            throw new VolumeProblemException("EngineUnavailable", $"the container engine does not answer: {e.Message}", e);
        }
    }
}
