using System.Threading.RateLimiting;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Serving.Telemetry;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Limiting;

/// <summary>
/// A bounded queue for each client, so that one with a thousand requests at once takes turns with itself and not with everybody else. What goes on
/// for long, watches and streams, does not count.
/// </summary>
internal sealed class ClientQueues(ServerMetrics metrics) : IDisposable
{
    /// <summary>Requests of one client that are worked on at once.</summary>
    private const int AtOnce = 64;

    /// <summary>Requests of one client that wait for their turn.</summary>
    private const int Waiting = 4096;

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(static client =>
        RateLimitPartition.GetConcurrencyLimiter(client, static _ => new() { PermitLimit = AtOnce, QueueLimit = Waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst }));

    /// <returns>To be disposed when the request is answered.</returns>
    /// <exception cref="ApiException">TooManyRequests: the client has too many waiting.</exception>
    public async ValueTask<IDisposable> EnterAsync(HttpContext http, User user)
    {
        // Who shows nothing is known by where it comes from.
        var client = user.IsAnonymous ? $"{user.Name}@{http.Connection.RemoteIpAddress}" : user.Name;
        var lease = await _limiter.AcquireAsync(client, 1, http.RequestAborted).ConfigureAwait(false);
        if (lease.IsAcquired)
        {
            return lease;
        }
        lease.Dispose();
        metrics.Rejected();
        throw ApiException.TooManyRequests("too many requests, please try again later", retryAfterSeconds: 1);
    }

    public void Dispose() => _limiter.Dispose();
}
