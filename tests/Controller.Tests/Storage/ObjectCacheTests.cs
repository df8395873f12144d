using System.Globalization;
using System.Text;
using CsCheck;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Controller.Tests.Storage;

public sealed class ObjectCacheTests
{
    [Fact]
    public async Task Bytes_Object_BearItsRevision()
    {
        using var folder = new TemporaryFolder();
        await using var store = TestStore.Open(folder.Path);
        var written = await store.PutAsync("a", "1", 0);
        var json = Encoding.UTF8.GetString(store.Cache.Get(TestStore.Key("a"))!.Bytes);
        Assert.Equal(written.Revision.ToString(CultureInfo.InvariantCulture), (string?)System.Text.Json.Nodes.JsonNode.Parse(json)!["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public void List_AnyLabelSelector_AgreesWithAScan() => Gen.Select(Gen.Int[0, 2].Array[1, 30], Gen.OneOf("k=0", "k=1,!x", "k in (0,2)", "k!=1", "k", "k=9", "")).Sample((labels, selector) =>
    {
        using var folder = new TemporaryFolder();
        var store = TestStore.Open(folder.Path);
        try
        {
            var revisions = labels.Select((label, i) => store.PutAsync($"n{i}", "x", 0, $$"""{"k":"{{label}}"}""").GetAwaiter().GetResult().Revision).ToArray();
            // Every third moves to another label, so that indexes must forget.
            for (var i = 0; i < labels.Length; i += 3)
            {
                store.PutAsync($"n{i}", "y", revisions[i], """{"k":"2"}""").GetAwaiter().GetResult();
            }
            var parsed = LabelSelector.Parse(selector);
            var all = store.Cache.List(new("configmaps")).Items;
            Assert.Equal(labels.Length, all.Count);
            Assert.Equal(
                all.Where(item => parsed.Matches((IReadOnlyDictionary<string, string>)item.Encoded.Labels)).Select(item => item.Key.Name),
                store.Cache.List(new("configmaps", "default") { Labels = parsed }).Items.Select(item => item.Key.Name));
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }, iter: 15, threads: 1);

    [Fact]
    public async Task Follow_SlowReader_GoesOnFromTheLogWithoutAGap()
    {
        using var folder = new TemporaryFolder();
        await using var store = TestStore.Open(folder.Path);
        var feed = store.Cache.Follow("configmaps", 0);
        var count = EventRing.Capacity + 700;
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => store.PutAsync($"n{i}", "x", 0)));
        var seen = new List<long>();
        while (seen.Count < count)
        {
            seen.AddRange((await feed.NextAsync(TimeProvider.System, TimeSpan.FromSeconds(5), CancellationToken.None)).Select(change => change.Revision));
        }
        Assert.Equal(seen.Order().Distinct(), seen);
        Assert.Equal(count, seen.Count);
    }

    [Fact]
    public async Task Follow_FromACompactedRevision_SaysSo()
    {
        using var folder = new TemporaryFolder();
        long first;
        await using (var store = TestStore.Open(folder.Path))
        {
            first = (await store.PutAsync("a", "1", 0)).Revision;
            var second = await store.PutAsync("a", "2", first);
            await store.Store.CompactAsync(second.Revision, CancellationToken.None);
        }
        await using var reopened = TestStore.Open(folder.Path);
        var problem = await Assert.ThrowsAsync<StoreException>(async () =>
            await reopened.Cache.Follow("configmaps", first).NextAsync(TimeProvider.System, TimeSpan.FromSeconds(5), CancellationToken.None));
        Assert.Equal(StoreProblem.Compacted, problem.Problem);
    }
}
