using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Verbs;

/// <summary>
/// Watches: the state (where no resourceVersion is given), then each change once and in order, with bookmarks that let an idle client go on
/// later. Source: Kubernetes documentation, "API Concepts", efficient detection of changes.
/// </summary>
internal static class WatchVerb
{
    /// <summary>Between two bookmarks of an idle watch.</summary>
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromSeconds(30);
    /// <summary>A watch without timeoutSeconds ends after this, so that clients spread over restarts of the server.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(45);

    public static async Task HandleAsync(ApiContext context)
    {
        var (http, cache) = (context.Http, context.Api.Cache);
        var query = cache.WithFields(QueryOptions.Selection(http, context.Request));
        var from = QueryOptions.Number(http, "resourceVersion");
        var sendInitial = QueryOptions.Flag(http, "sendInitialEvents");
        var bookmarks = QueryOptions.Flag(http, "allowWatchBookmarks");
        CheckOptions(http);
        var timeout = QueryOptions.Number(http, "timeoutSeconds") is { } seconds and > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) : DefaultTimeout;
        var writer = new WatchWriter(context, ResponseFormat.Of(http));
        var start = from ?? 0;
        ChangeFeed feed;
        if (start == 0 || sendInitial)
        {
            var snapshot = cache.List(query);
            if (from > snapshot.Revision)
            {
                throw ApiException.TooLargeVersion(from.Value, snapshot.Revision);
            }
            feed = cache.Follow(query.Resource, snapshot.Revision);
            writer.Start();
            foreach (var item in snapshot.Items)
            {
                writer.Event("ADDED", item);
            }
            if (sendInitial && bookmarks)
            {
                writer.Bookmark(snapshot.Revision, initialEventsEnd: true);
            }
        }
        else
        {
            feed = cache.Follow(query.Resource, start);
            // A compacted start is answered as an error event in a stream that began well, which is what clients look for.
            writer.Start();
        }
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.Aborted, http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        using var timer = context.Api.Time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), ending, timeout, Timeout.InfiniteTimeSpan);
        try
        {
            await writer.FlushAsync(ending.Token).ConfigureAwait(false);
            await FollowAsync(context, query, feed, writer, bookmarks, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client left, the time is over, or the server stops: the stream ends whole.
        }
        catch (StoreException problem)
        {
            writer.Error(StatusWriter.Translate(problem));
            await writer.FlushAsync(context.Aborted).ConfigureAwait(false);
        }
    }

    private static void CheckOptions(HttpContext http)
    {
        var match = QueryOptions.Text(http, "resourceVersionMatch");
        var errors = new FieldErrors();
        if (QueryOptions.Text(http, "sendInitialEvents") is null)
        {
            if (!string.IsNullOrEmpty(match))
            {
                errors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
            }
        }
        else if (match != "NotOlderThan")
        {
            errors.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }
        if (errors.Any)
        {
            throw ApiException.InvalidOptions("ListOptions", errors);
        }
    }

    private static async Task FollowAsync(ApiContext context, Query query, ChangeFeed feed, WatchWriter writer, bool bookmarks, CancellationToken ending)
    {
        using var watcher = context.Http.RequestServices.GetRequiredService<WatchCrowd>().Enter(query.Resource);
        while (true)
        {
            var changes = await feed.NextAsync(context.Api.Time, BookmarkInterval, ending, watcher.GatherAsync).ConfigureAwait(false);
            foreach (var change in changes)
            {
                if (Filter(query, change) is { } type)
                {
                    writer.Event(type, change.Object);
                }
            }
            if (changes.Count == 0 && bookmarks)
            {
                writer.Bookmark(feed.Position, initialEventsEnd: false);
            }
            await writer.FlushAsync(ending).ConfigureAwait(false);
        }
    }

    /// <summary>What a change is to a watcher with selectors: an object that stops matching is deleted to it.</summary>
    private static string? Filter(Query query, CachedEvent change)
    {
        var before = change.Previous is not null && query.Matches(change.Previous);
        var after = change.Type != ChangeType.Deleted && query.Matches(change.Object);
        return (before, after) switch
        {
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
            _ => null,
        };
    }
}
