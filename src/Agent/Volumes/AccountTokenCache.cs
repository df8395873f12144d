using System.Collections.Concurrent;
using k8s.Models;
using Orchestrator.Agent.Pods.Status;

namespace Orchestrator.Agent.Volumes;

/// <summary>The tokens that pods have now; a new one when four fifths of a token's time are over. Source: Kubernetes documentation, "Service Accounts", token volume projection.</summary>
internal sealed class AccountTokenCache(IPodApi api, TimeProvider time)
{
    private const double RenewAt = 0.8;
    private static readonly TimeSpan MostAge = TimeSpan.FromHours(24);

    private readonly ConcurrentDictionary<Key, Held> _tokens = [];

    /// <exception cref="VolumeException">None could be had, and there is none that is still good.</exception>
    public async Task<string> GetAsync(V1Pod pod, V1ServiceAccountTokenProjection source, CancellationToken cancellationToken)
    {
        var seconds = source.ExpirationSeconds ?? 3600;
        var key = new Key(pod.Metadata.Uid, source.Audience ?? "", seconds);
        var now = time.GetUtcNow();
        if (_tokens.TryGetValue(key, out var held) && now < held.Renew)
        {
            return held.Token.Text;
        }
        try
        {
            var token = await api.RequestTokenAsync(pod, string.IsNullOrEmpty(source.Audience) ? null : source.Audience, seconds, cancellationToken);
            var age = (token.Expires - now) * RenewAt;
            _tokens[key] = new(token, now + (age < MostAge ? age : MostAge));
            return token.Text;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // While the controller is away a pod goes on with what it has.
            return held is not null && now < held.Token.Expires ? held.Token.Text : throw new VolumeException($"failed to fetch a token: {e.Message}", e);
        }
    }

    /// <summary>Tokens of pods that are not here any more are forgotten.</summary>
    public void Keep(IReadOnlySet<string> podUids)
    {
        foreach (var key in _tokens.Keys.Where(key => !podUids.Contains(key.PodUid)))
        {
            _tokens.TryRemove(key, out _);
        }
    }

    private readonly record struct Key(string PodUid, string Audience, long Seconds);

    private sealed record Held(AccountToken Token, DateTimeOffset Renew);
}
