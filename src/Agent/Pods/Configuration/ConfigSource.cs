using System.Collections.Concurrent;
using Orchestrator.Agent.Pods.Status;

namespace Orchestrator.Agent.Pods.Configuration;

/// <summary>
/// ConfigMaps and Secrets that containers refer to, read when a container starts. What was read stays in memory while its pod lives,
/// so that a container can restart while the API server is away.
/// </summary>
internal sealed class ConfigSource(IPodApi api)
{
    private readonly ConcurrentDictionary<(string PodUid, ConfigReference Reference), IReadOnlyDictionary<string, string>> _known = [];

    public async Task<IReadOnlyDictionary<ConfigReference, IReadOnlyDictionary<string, string>>> ReadAsync(
        string podUid, string @namespace, IReadOnlyCollection<ConfigReference> references, CancellationToken cancellationToken)
    {
        var found = new Dictionary<ConfigReference, IReadOnlyDictionary<string, string>>();
        foreach (var reference in references)
        {
            if (await ReadAsync(podUid, @namespace, reference, cancellationToken) is { } data)
            {
                found[reference] = data;
            }
        }
        return found;
    }

    public void Forget(string podUid)
    {
        foreach (var key in _known.Keys.Where(key => key.PodUid == podUid))
        {
            _known.TryRemove(key, out _);
        }
    }

    private async Task<IReadOnlyDictionary<string, string>?> ReadAsync(
        string podUid, string @namespace, ConfigReference reference, CancellationToken cancellationToken)
    {
        try
        {
            var data = await api.ReadConfigAsync(@namespace, reference, cancellationToken);
            if (data is null)
            {
                _known.TryRemove((podUid, reference), out _);
            }
            else
            {
                _known[(podUid, reference)] = data;
            }
            return data;
        }
        catch (Exception e) when (e is HttpRequestException or IOException && _known.TryGetValue((podUid, reference), out var last))
        {
            return last;
        }
    }
}
