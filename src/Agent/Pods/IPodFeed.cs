using k8s.Models;

namespace Orchestrator.Agent.Pods;

internal enum PodChange
{
    Set,
    Removed,
    /// <summary>Only the revision moved.</summary>
    Bookmark,
}

/// <summary>The API's pods that are bound to this node.</summary>
internal interface IPodFeed
{
    Task<V1PodList> ListAsync(CancellationToken cancellationToken);

    /// <summary>What changed after this revision. Ends when the server ends it; then it is asked again from the last revision.</summary>
    /// <exception cref="FeedExpiredException">The revision is too old (410): list anew.</exception>
    IAsyncEnumerable<(PodChange Change, V1Pod Pod)> WatchAsync(string revision, CancellationToken cancellationToken);
}

internal sealed class FeedExpiredException : Exception;
