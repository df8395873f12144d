using System.Net;
using System.Runtime.CompilerServices;
using k8s;
using k8s.Autorest;

namespace Orchestrator.Agent.Pods;

/// <summary>A watch of the client library as a stream that ends, fails, or says that its revision is too old.</summary>
internal static class WatchStream
{
    /// <summary>How long one watch request lasts. Ending it now and then finds a connection that died without a word.</summary>
    public const int Seconds = 300;

    /// <exception cref="FeedExpiredException">The revision is too old (410): list anew.</exception>
    public static async IAsyncEnumerable<(PodChange Change, T Item)> ReadAsync<T>(
        Func<Action<Exception>, IAsyncEnumerable<(WatchEventType, T)>> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Exception? error = null;
        await using var enumerator = open(problem => error = problem).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(enumerator))
        {
            ThrowIfExpired(error);
            var (type, item) = enumerator.Current;
            yield return (type switch
            {
                WatchEventType.Deleted => PodChange.Removed,
                WatchEventType.Bookmark => PodChange.Bookmark,
                _ => PodChange.Set,
            }, item);
        }
        ThrowIfExpired(error);
    }

    private static async Task<bool> NextAsync<T>(IAsyncEnumerator<(WatchEventType, T)> enumerator)
    {
        try
        {
            return await enumerator.MoveNextAsync();
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Gone)
        {
            throw new FeedExpiredException();
        }
    }

    private static void ThrowIfExpired(Exception? error)
    {
        switch (error)
        {
            case null:
                return;
            case KubernetesException { Status.Code: (int)HttpStatusCode.Gone }:
                throw new FeedExpiredException();
            default:
                throw error;
        }
    }
}
