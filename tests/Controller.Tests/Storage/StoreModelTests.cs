using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CsCheck;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Xunit;

namespace Orchestrator.Controller.Tests.Storage;

/// <summary>The store against a model: whatever concurrent writers do, the outcomes are those of some one order, which the watchers saw.</summary>
public sealed class StoreModelTests
{
    private static readonly string[] Names = ["a", "b", "c", "d"];

    [Fact]
    public void ConcurrentWrites_AnyHistory_AreSerialWatchedOnceAndSurviveReopening() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 25], Gen.Int).Sample((writers, writes, seed) => RunAsync(writers, writes, seed).GetAwaiter().GetResult(), iter: 25);

    private static async Task RunAsync(int writers, int writes, int seed)
    {
        using var folder = new TemporaryFolder();
        var outcomes = new ConcurrentBag<(string Name, long Expected, string? Text, long Revision)>();
        Dictionary<string, (long Revision, string Text)> model;
        await using (var store = TestStore.Open(folder.Path))
        {
            using var ending = new CancellationTokenSource();
            var seen = new List<CachedEvent>();
            var watcher = WatchAsync(store.Cache, seen, () => outcomes.Count == writers * writes ? store.Store.Revision : long.MaxValue);
            await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(store, new Random(seed + writer), writes, outcomes))));
            // One more change wakes the watcher, which then has all of them.
            var last = await store.PutAsync("end", "end", 0);
            await watcher.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
            model = Judge(outcomes.Where(outcome => outcome.Revision > 0).OrderBy(outcome => outcome.Revision));
            Assert.Equal(outcomes.Where(outcome => outcome.Revision > 0).Select(outcome => outcome.Revision).Order().Append(last.Revision), seen.Select(change => change.Revision));
            Assert.Equal(seen.Select(change => change.Revision), store.Store.Replay(0, int.MaxValue).Select(change => change.Revision));
        }
        await using var reopened = TestStore.Open(folder.Path);
        var live = reopened.Cache.List(new("configmaps")).Items.Where(item => item.Key.Name != "end")
            .ToDictionary(item => item.Key.Name, item => (item.Revision, Text(item.Bytes)));
        Assert.Equal(model.OrderBy(pair => pair.Key), live.OrderBy(pair => pair.Key));
    }

    private static async Task WriteAsync(TestStore store, Random random, int writes, ConcurrentBag<(string, long, string?, long)> outcomes)
    {
        for (var i = 0; i < writes; i++)
        {
            var name = Names[random.Next(Names.Length)];
            // Sometimes on purpose on an old or wrong state.
            var expected = random.Next(5) == 0 ? random.Next(0, 10) : store.Cache.Get(TestStore.Key(name))?.Revision ?? 0;
            var text = random.Next(4) == 0 ? null : random.Next().ToString(CultureInfo.InvariantCulture);
            var outcome = text is null ? await store.DeleteAsync(name, expected) : await store.PutAsync(name, text, expected);
            if (outcome.Succeeded && text is not null)
            {
                Assert.True(store.Cache.Revision >= outcome.Revision, "a writer does not see its own write");
            }
            outcomes.Add((name, expected, text, outcome.Succeeded ? outcome.Revision : 0));
        }
    }

    private static async Task WatchAsync(ObjectCache cache, List<CachedEvent> seen, Func<long> until)
    {
        var feed = cache.Follow("configmaps", 0);
        while (feed.Position < until() || seen.LastOrDefault()?.Object.Key.Name != "end")
        {
            seen.AddRange(await feed.NextAsync(TimeProvider.System, TimeSpan.FromSeconds(5), CancellationToken.None));
        }
    }

    /// <summary>Plays the successful writes in revision order: each must have been allowed by the state before it.</summary>
    private static Dictionary<string, (long Revision, string Text)> Judge(IEnumerable<(string Name, long Expected, string? Text, long Revision)> writes)
    {
        var state = new Dictionary<string, (long Revision, string Text)>();
        foreach (var (name, expected, text, revision) in writes)
        {
            Assert.Equal(state.TryGetValue(name, out var current) ? current.Revision : 0, expected);
            if (text is null)
            {
                state.Remove(name);
            }
            else
            {
                state[name] = (revision, text);
            }
        }
        return state;
    }

    private static string Text(byte[] bytes) =>
        System.Text.Json.Nodes.JsonNode.Parse(Encoding.UTF8.GetString(bytes))!["data"]!["text"]!.GetValue<string>();
}
