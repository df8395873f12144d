using System.Collections.Concurrent;
using System.Globalization;
using Docker.DotNet.Models;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>One of our containers as last seen: of a pod's, or a sandbox.</summary>
/// <param name="Tty">Its log has no frames.</param>
internal sealed record DockerEntry(
    string Id, string PodUid, ContainerObservation? Container, SandboxObservation? Sandbox, string StopSignal, bool Tty, long Pid);

/// <summary>
/// What this agent has on the engine, in memory, so that a pod's worker never has to ask the engine how its pod is. Filled by listing,
/// kept by the engine's events and by what the agent does itself.
/// </summary>
internal sealed class DockerInventory
{
    private const string DefaultStopSignal = "SIGTERM";

    private readonly ConcurrentDictionary<string, DockerEntry> _entries = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _exits = [];
    private readonly Dictionary<string, int> _looks = [];
    private readonly HashSet<string> _overtaken = [];

    public ICollection<DockerEntry> All => _entries.Values;

    public DockerEntry? Find(string id) => _entries.GetValueOrDefault(id);

    public IEnumerable<DockerEntry> Sandboxes(string podUid) => _entries.Values.Where(entry => entry.PodUid == podUid && entry.Sandbox is not null);

    public IReadOnlyList<PodObservation> List(string? podUid) =>
    [
        .. from entry in _entries.Values
           where podUid is null || entry.PodUid == podUid
           group entry by entry.PodUid into pod
           select new PodObservation(
               pod.Key,
               // A dead one beside its successor is on its way out.
               pod.Select(entry => entry.Sandbox).OfType<SandboxObservation>().OrderBy(sandbox => sandbox.Ready).ThenBy(sandbox => sandbox.CreatedAt).LastOrDefault(),
               [.. pod.Select(entry => entry.Container).OfType<ContainerObservation>()]),
    ];

    /// <summary>What the engine says of a container, once it has answered: nothing, when the container was removed meanwhile and the answer is older.</summary>
    public async Task<(DockerEntry? Entry, bool IsNews)> LookAsync(string id, Func<Task<DockerEntry?>> ask)
    {
        lock (_looks)
        {
            _looks[id] = _looks.GetValueOrDefault(id) + 1;
        }
        try
        {
            var entry = await ask();
            lock (_looks)
            {
                return entry is null || _overtaken.Contains(id) ? (null, false) : (entry, Put(entry));
            }
        }
        finally
        {
            lock (_looks)
            {
                if (--_looks[id] == 0)
                {
                    _looks.Remove(id);
                    _overtaken.Remove(id);
                }
            }
        }
    }

    /// <returns>False when it is no news. What has ended stays ended: an answer that was overtaken by the end is dropped.</returns>
    public bool Put(DockerEntry entry)
    {
        while (true)
        {
            if (!_entries.TryGetValue(entry.Id, out var before))
            {
                if (_entries.TryAdd(entry.Id, entry))
                {
                    Settle(entry);
                    return true;
                }
            }
            else if (HasEnded(before) || before == entry)
            {
                return false;
            }
            else if (_entries.TryUpdate(entry.Id, entry, before))
            {
                Settle(entry);
                return true;
            }
        }
    }

    public DockerEntry? Remove(string id)
    {
        DockerEntry? removed;
        lock (_looks)
        {
            _entries.TryRemove(id, out removed);
            if (_looks.ContainsKey(id))
            {
                // An id is never used again.
                _overtaken.Add(id);
            }
        }
        if (_exits.TryRemove(id, out var exit))
        {
            exit.TrySetResult();
        }
        return removed;
    }

    /// <summary>Completes when the container has ended or is gone.</summary>
    public Task Exited(string id)
    {
        var exit = _exits.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (Find(id) is not { } entry || HasEnded(entry))
        {
            exit.TrySetResult();
            _exits.TryRemove(id, out _);
        }
        return exit.Task;
    }

    public static bool HasEnded(DockerEntry entry) => entry.Container is { State: ContainerState.Exited } or null && entry.Sandbox is { Ready: false } or null;

    /// <summary>Null when it is not one of ours.</summary>
    public static DockerEntry? Read(ContainerInspectResponse inspected)
    {
        var labels = inspected.Config?.Labels;
        if (labels is null || !labels.TryGetValue(ContainerLabels.PodUid, out var uid))
        {
            return null;
        }
        var state = inspected.State;
        var created = new DateTimeOffset(DateTime.SpecifyKind(inspected.Created, DateTimeKind.Utc));
        var stopSignal = inspected.Config?.StopSignal is { Length: > 0 } signal ? signal : DefaultStopSignal;
        var tty = inspected.Config?.Tty == true;
        if (!labels.TryGetValue(ContainerLabels.Container, out var name))
        {
            return new(inspected.ID, uid, null, new(
                uid, labels[ContainerLabels.PodNamespace], labels[ContainerLabels.PodName], labels[ContainerLabels.Address], state.Running, created)
                { Id = inspected.ID, Handler = labels.TryGetValue(ContainerLabels.Handler, out var handler) ? handler : null }, stopSignal, tty, state.Pid);
        }
        // A start that the engine refused leaves the container as created, with the reason.
        var refused = !state.Running && state.Status == "created" && !string.IsNullOrEmpty(state.Error);
        var ended = refused || (!state.Running && state.Status is "exited" or "dead" or "removing");
        return new(inspected.ID, uid, new()
        {
            Id = inspected.ID,
            PodUid = uid,
            Name = name,
            Attempt = int.Parse(labels[ContainerLabels.Attempt], CultureInfo.InvariantCulture),
            Image = labels[ContainerLabels.Image],
            ImageId = labels[ContainerLabels.ImageId],
            SandboxId = inspected.HostConfig?.NetworkMode is { } mode && mode.StartsWith("container:", StringComparison.Ordinal) ? mode["container:".Length..] : null,
            State = ended ? ContainerState.Exited : state.Running ? ContainerState.Running : ContainerState.Created,
            CreatedAt = created,
            StartedAt = refused ? created : Time(state.StartedAt),
            FinishedAt = !ended ? null : refused ? created : Time(state.FinishedAt) ?? created,
            ExitCode = !ended ? null : refused ? 128 : (int)state.ExitCode,
            Reason = refused ? "StartError" : ended && state.OOMKilled ? "OOMKilled" : null,
            Message = ended && !string.IsNullOrEmpty(state.Error) ? state.Error : null,
        }, null, stopSignal, tty, state.Pid);
    }

    /// <summary>A container that was just made.</summary>
    public static DockerEntry Made(string id, ContainerSpec container, DockerImage image, string sandboxId, DateTimeOffset now) => new(id, container.PodUid, new()
    {
        Id = id,
        PodUid = container.PodUid,
        Name = container.Name,
        Attempt = container.Attempt,
        Image = container.Image,
        ImageId = image.Digest,
        SandboxId = sandboxId,
        State = ContainerState.Created,
        CreatedAt = now,
    }, null, image.StopSignal ?? DefaultStopSignal, container.Definition.Tty == true, 0);

    /// <summary>A sandbox that was made and did not come to run.</summary>
    public static DockerEntry Failed(string id, SandboxSpec sandbox, string address) => new(
        id, sandbox.PodUid, null, new(sandbox.PodUid, sandbox.Namespace, sandbox.PodName, address, false, default) { Id = id, Handler = sandbox.Handler },
        DefaultStopSignal, false, 0);

    private void Settle(DockerEntry entry)
    {
        if (HasEnded(entry) && _exits.TryRemove(entry.Id, out var exit))
        {
            exit.TrySetResult();
        }
    }

    // The engine's zero time means never.
    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1 ? time : null;
}
