using System.Globalization;
using System.Text.Json;
using Docker.DotNet;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>
/// Keeps the inventory as the engine has it: all of ours once at the start and after each break, then one container at a time as events tell.
/// An event is only a hint to look: what counts is what the engine then says.
/// </summary>
internal sealed class EngineWatch(DockerClient client, string owner, DockerInventory inventory, TimeProvider time, ILogger logger)
{
    // Events are asked for from before the listing, by this much for the clock's grain; the engine remembers the last few hundred.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(2);

    private volatile string? _fault = "the engine was not asked yet";

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
                var since = time.GetUtcNow() - Overlap;
                var watching = WatchAsync(since, broken.Token);
                await ListAsync(cancellationToken);
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

    /// <summary>Looks at one container now.</summary>
    public async Task<DockerEntry?> RefreshAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var (entry, isNews) = await inventory.LookAsync(id, async () => DockerInventory.Read(await client.Containers.InspectContainerAsync(id, cancellationToken)));
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

    public void Forget(string id)
    {
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
    }

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
