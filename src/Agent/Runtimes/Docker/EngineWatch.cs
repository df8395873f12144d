using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>
/// Keeps the inventory as the engine has it: all of ours once at the start and after each break, then one container at a time as events tell.
/// An event is only a hint to look: what counts is what the engine then says.
/// </summary>
internal sealed class EngineWatch(DockerClient client, string owner, DockerInventory inventory, TimeProvider time, ILogger logger)
{
    // Events are asked for from before the listing, by this much for the clock's grain; the engine remembers the last few hundred.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(2);

    // The engine hears of a kill for want of memory beside the container's end, and may tell of the end first.
    private static readonly TimeSpan OomLook = TimeSpan.FromMilliseconds(100);
    private const int OomLooks = 10;
    private const int KilledCode = 137;

    private readonly ConcurrentDictionary<string, bool> _killed = [];
    private volatile string? _fault = "the engine was not asked yet";
    private readonly ConcurrentDictionary<string, bool> _starting = [];
    private long _connectedAt = long.MaxValue;

    /// <summary>Why the engine does not answer; null while it does.</summary>
    public string? Fault => _fault;

    /// <summary>A pod (its UID) changed.</summary>
    public event Action<string>? Changed;

    public async Task RunAsync(TaskCompletionSource listed, CancellationToken cancellationToken)
    {
        for (var retry = new RetryDelay(cap: TimeSpan.FromSeconds(2)); ;)
        {
            try
            {
                using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var now = time.GetUtcNow();
                var watching = WatchAsync(now - Overlap, broken.Token);
                await ListAsync(cancellationToken);
                Volatile.Write(ref _connectedAt, now.UtcTicks);
                _fault = null;
                listed.TrySetResult();
                retry = new RetryDelay(cap: TimeSpan.FromSeconds(2));
                await watching;
                throw new IOException("the engine ended its events");
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                _fault = $"the container engine does not answer: {e.Message}";
                Log.EngineAway(logger, e.Message);
                await retry.WaitAsync(time, cancellationToken);
            }
        }
    }

    /// <summary>Starts a container and looks at it.</summary>
    public async Task<DockerEntry?> StartAsync(string id, CancellationToken cancellationToken)
    {
        _starting[id] = true;
        try
        {
            await client.Containers.StartContainerAsync(id, new(), cancellationToken);
            return await RefreshAsync(id, cancellationToken);
        }
        finally
        {
            _starting.TryRemove(id, out _);
        }
    }

    /// <summary>Looks at one container now.</summary>
    public async Task<DockerEntry?> RefreshAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var (entry, isNews) = await inventory.LookAsync(id, async () => DockerInventory.Read(await InspectAsync(id, cancellationToken)));
            if (entry is not null && isNews)
            {
                Changed?.Invoke(entry.PodUid);
            }
            return entry;
        }
        catch (DockerContainerNotFoundException)
        {
            Forget(id);
            return null;
        }
    }

    /// <summary>The engine has removed it. One from before this connection may have been started without the engine's knowing.</summary>
    public void Removed(DockerEntry entry)
    {
        if (OperatingSystem.IsLinux() && (_fault is not null || Created(entry).UtcTicks < Volatile.Read(ref _connectedAt)))
        {
            var ids = new HashSet<string> { entry.Id };
            Kill(StrayProcesses.Find(ids), ids);
        }
        Forget(entry.Id);
    }

    /// <summary>The agent kills it: that is why it ends.</summary>
    public void Killing(string id) => _killed[id] = true;

    public void Forget(string id)
    {
        _killed.TryRemove(id, out _);
        if (inventory.Remove(id) is { } gone)
        {
            Changed?.Invoke(gone.PodUid);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var before = inventory.All.Select(entry => entry.Id).ToHashSet();
        var listed = await client.Containers.ListContainersAsync(new() { All = true, Filters = Filter() }, cancellationToken);
        foreach (var container in listed)
        {
            before.Remove(container.ID);
            if (inventory.Find(container.ID) is not { } known || !DockerInventory.HasEnded(known))
            {
                await RefreshAsync(container.ID, cancellationToken);
            }
        }
        foreach (var gone in before)
        {
            // Made while the list was read, or really gone: asking tells.
            await RefreshAsync(gone, cancellationToken);
        }
        if (OperatingSystem.IsLinux())
        {
            await KillStraysAsync(cancellationToken);
        }
    }

    [SupportedOSPlatform("linux")]
    private async Task KillStraysAsync(CancellationToken cancellationToken)
    {
        var ended = inventory.All.Where(entry => !IsRunning(entry)).Select(entry => entry.Id).ToHashSet();
        if (StrayProcesses.Find(ended).Count == 0)
        {
            return;
        }
        foreach (var id in ended)
        {
            HashSet<string> one = [id];
            // What is being started runs before the engine says so.
            if (StrayProcesses.Find(one) is { Count: > 0 } strays && !_starting.ContainsKey(id) && !await RunsAsync(id, cancellationToken))
            {
                Kill(strays, one);
            }
        }
    }

    private async Task<ContainerInspectResponse> InspectAsync(string id, CancellationToken cancellationToken)
    {
        var inspected = await client.Containers.InspectContainerAsync(id, cancellationToken);
        for (var look = 0; look < OomLooks && MayBeOutOfMemory(inspected); look++)
        {
            await Task.Delay(OomLook, time, cancellationToken);
            inspected = await client.Containers.InspectContainerAsync(id, cancellationToken);
        }
        return inspected;
    }

    /// <summary>Somebody killed it a moment ago, it has a limit, and the engine has not said that it was that.</summary>
    private bool MayBeOutOfMemory(ContainerInspectResponse inspected) =>
        inspected is { State: { Running: false, ExitCode: KilledCode, OOMKilled: false }, HostConfig.Memory: > 0 }
        && !_killed.ContainsKey(inspected.ID)
        && DateTimeOffset.TryParse(inspected.State.FinishedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var finished)
        && time.GetUtcNow() - finished < OomLooks * OomLook;

    private async Task<bool> RunsAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.Containers.InspectContainerAsync(id, cancellationToken)).State.Running;
        }
        catch (DockerContainerNotFoundException)
        {
            return false;
        }
    }

    [SupportedOSPlatform("linux")]
    private void Kill(IReadOnlyList<int> strays, HashSet<string> ids)
    {
        StrayProcesses.Kill(strays, ids);
        if (strays.Count > 0)
        {
            Log.StraysKilled(logger, strays.Count, ids.First());
        }
    }

    private static bool IsRunning(DockerEntry entry) => entry.Container is { State: ContainerState.Running } or null && entry.Sandbox is { Ready: true } or null;

    private static DateTimeOffset Created(DockerEntry entry) => entry.Container?.CreatedAt ?? entry.Sandbox?.CreatedAt ?? default;

    private async Task WatchAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var filter = Filter();
        filter["type"] = new Dictionary<string, bool> { ["container"] = true };
        filter["event"] = new[] { "die", "start", "destroy" }.ToDictionary(name => name, _ => true);
#pragma warning disable CS0618 // Its successor reads ahead: an event would be known only when the next one comes.
        await using var stream = await client.System.MonitorEventsAsync(
            new() { Since = since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Filters = filter }, cancellationToken);
#pragma warning restore CS0618
        using var reader = new StreamReader(stream);
        await using var close = cancellationToken.Register(stream.Dispose);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            using var message = JsonDocument.Parse(line);
            OnEvent(message.RootElement.GetProperty("Action").GetString(), message.RootElement.GetProperty("Actor").GetProperty("ID").GetString() ?? "", cancellationToken);
        }
    }

    private void OnEvent(string? action, string id, CancellationToken cancellationToken)
    {
        if (action == "destroy")
        {
            Forget(id);
        }
        // A start that the agent itself asked for is looked at by who asked.
        else if (action == "die" || inventory.Find(id) is null)
        {
            _ = LookAsync(id, cancellationToken);
        }
    }

    private async Task LookAsync(string id, CancellationToken cancellationToken)
    {
        for (var retry = new RetryDelay(); ;)
        {
            try
            {
                await RefreshAsync(id, cancellationToken);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.LookFailed(logger, id, e.Message);
                await retry.WaitAsync(time, cancellationToken);
            }
        }
    }

    private Dictionary<string, IDictionary<string, bool>> Filter() =>
        new() { ["label"] = new Dictionary<string, bool> { [$"{ContainerLabels.Owner}={owner}"] = true } };
}
