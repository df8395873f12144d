using System.Net;
using System.Net.Http;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Watching: what is there now, then every change, across broken connections and compacted history.</summary>
internal sealed partial class ClusterClient
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Existing objects come as <c>ADDED</c>; then one empty event says that all were told (<see cref="WatchEvent.IsSynced"/>);
    /// then changes as they happen, until cancelled. After a gap in history the whole state is told again as <c>ADDED</c>.
    /// </summary>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ResourceKind kind, string? @namespace, ListQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var version = "";
            string? continuation = null;
            do
            {
                var page = await ListPageAsync(kind, @namespace, query, continuation, cancellationToken);
                foreach (var item in (page["items"] as JsonArray ?? []).OfType<JsonObject>())
                {
                    yield return new WatchEvent(WatchEvent.Added, Named(item, kind));
                }

                version = (string?)page["metadata"]?["resourceVersion"] ?? "";
                continuation = (string?)page["metadata"]?["continue"];
            }
            while (!string.IsNullOrEmpty(continuation));

            yield return WatchEvent.Synced;
            await foreach (var change in FollowAsync(kind, @namespace, query, version, cancellationToken))
            {
                yield return change;
            }
        }
    }

    /// <summary>Changes after a version; ends when the server no longer has the history.</summary>
    private async IAsyncEnumerable<WatchEvent> FollowAsync(
        ResourceKind kind, string? @namespace, ListQuery query, string version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            var path = Path(kind, @namespace, null)
                + query.ToQueryString(("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", version));
            var reader = await OpenWatchAsync(path, kind, cancellationToken);
            if (reader is { Expired: true })
            {
                yield break;
            }

            using (reader.Reader)
            {
                while (reader.Reader is not null && await NextAsync(reader.Reader, cancellationToken) is { } change)
                {
                    pause = FirstPause;
                    if (change.Type == WatchEvent.Error)
                    {
                        if ((int?)change.Object["code"] == (int)HttpStatusCode.Gone)
                        {
                            yield break;
                        }

                        throw ClusterRequestException.From(HttpStatusCode.InternalServerError, change.Object, kind.Kind);
                    }

                    version = (string?)change.Object["metadata"]?["resourceVersion"] ?? version;
                    if (change.Type != WatchEvent.Bookmark)
                    {
                        yield return change;
                    }
                }
            }

            // The server ends a watch now and then, and connections break: go on from the last version, not faster than it can bear.
            await Task.Delay(pause, TimeProvider.System, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private async Task<(StreamReader? Reader, bool Expired)> OpenWatchAsync(string path, ResourceKind kind, CancellationToken cancellationToken)
    {
        try
        {
            return (new StreamReader(await OpenStreamAsync(path, kind, cancellationToken)), false);
        }
        catch (ClusterRequestException gone) when (gone.Code == HttpStatusCode.Gone)
        {
            return (null, true);
        }
        catch (HttpRequestException)
        {
            // The first list got through, so the cluster exists: it is away for a moment.
            return (null, false);
        }
    }

    private static async Task<WatchEvent?> NextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            var line = await reader.ReadLineAsync(cancellationToken);
            return string.IsNullOrEmpty(line) ? null
                : JsonNode.Parse(line) is JsonObject { } parsed && parsed["object"] is JsonObject item
                    ? new WatchEvent((string?)parsed["type"] ?? "", (JsonObject)item.DeepClone())
                    : null;
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or JsonException)
        {
            return null;
        }
    }
}
