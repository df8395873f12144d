using System.Text;
using Microsoft.Data.Sqlite;
using Orchestrator.Controller.Storage;
using Xunit;

namespace Orchestrator.Controller.Tests.Storage;

public sealed class SqliteObjectStoreTests
{
    [Fact]
    public async Task WriteAsync_ExpectedRevision_IsCompareAndSwap()
    {
        using var folder = new TemporaryFolder();
        await using var store = TestStore.Open(folder.Path);
        var created = await store.PutAsync("a", "1", 0);
        Assert.True(created.Succeeded);
        Assert.Equal((false, created.Revision), ((await store.PutAsync("a", "2", 0)) is var again) ? (again.Succeeded, again.Revision) : default);
        var updated = await store.PutAsync("a", "2", created.Revision);
        Assert.True(updated.Succeeded && updated.Revision > created.Revision);
        Assert.False((await store.DeleteAsync("a", created.Revision)).Succeeded);
        Assert.True((await store.DeleteAsync("a", updated.Revision)).Succeeded);
        Assert.Equal(new StoreOutcome(false, 0), await store.DeleteAsync("a", updated.Revision));
        Assert.Equal(new StoreOutcome(false, 0), await store.DeleteAsync("a", 0));
    }

    [Fact]
    public async Task Open_AfterClose_HasEverythingAndGoesOnCounting()
    {
        using var folder = new TemporaryFolder();
        long last;
        await using (var store = TestStore.Open(folder.Path))
        {
            await store.PutAsync("a", "1", 0);
            last = (await store.PutAsync("b", "1", 0)).Revision;
            last = (await store.DeleteAsync("b", last)).Revision;
        }
        await using var reopened = TestStore.Open(folder.Path);
        Assert.Equal(last, reopened.Store.Revision);
        Assert.Equal("a", Assert.Single(reopened.Cache.List(new("configmaps")).Items).Key.Name);
        Assert.True((await reopened.PutAsync("c", "1", 0)).Revision > last);
    }

    [Fact]
    public async Task Open_AfterCompactionOfTheLastTombstone_DoesNotReuseItsRevision()
    {
        using var folder = new TemporaryFolder();
        long last;
        await using (var store = TestStore.Open(folder.Path))
        {
            var created = await store.PutAsync("a", "1", 0);
            last = (await store.DeleteAsync("a", created.Revision)).Revision;
            await store.Store.CompactAsync(last, CancellationToken.None);
        }
        await using var reopened = TestStore.Open(folder.Path);
        Assert.True((await reopened.PutAsync("a", "1", 0)).Revision > last);
    }

    [Fact]
    public async Task Replay_Changes_ComeInOrderWithWhatTheyReplaced()
    {
        using var folder = new TemporaryFolder();
        await using var store = TestStore.Open(folder.Path);
        var first = await store.PutAsync("a", "1", 0);
        var second = await store.PutAsync("a", "2", first.Revision);
        var third = await store.DeleteAsync("a", second.Revision);
        var changes = store.Store.Replay(first.Revision, 10);
        Assert.Equal([second.Revision, third.Revision], changes.Select(change => change.Revision));
        Assert.Contains("\"1\"", Encoding.UTF8.GetString(changes[0].Previous!.Bytes), StringComparison.Ordinal);
        Assert.Null(changes[1].Value);
        Assert.Contains("\"2\"", Encoding.UTF8.GetString(changes[1].Previous!.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompactAsync_OldChanges_AreGoneAndLiveObjectsStay()
    {
        using var folder = new TemporaryFolder();
        await using var store = TestStore.Open(folder.Path);
        var revision = (await store.PutAsync("kept", "1", 0)).Revision;
        var first = revision;
        for (var i = 0; i < 20; i++)
        {
            revision = (await store.PutAsync("kept", $"{i}", revision)).Revision;
        }
        await store.Store.CompactAsync(revision - 5, CancellationToken.None);
        var problem = Assert.Throws<StoreException>(() => store.Store.Replay(first, 100));
        Assert.Equal(StoreProblem.Compacted, problem.Problem);
        Assert.Equal(5, store.Store.Replay(revision - 5, 100).Count);
        Assert.All(store.Store.Replay(revision - 5, 100), change => Assert.NotNull(change.Previous));
        Assert.Equal(revision, Assert.Single(store.Cache.List(new("configmaps")).Items).Revision);
    }

    [Fact]
    public async Task Secrets_OnDisk_AreNowhereInPlainText()
    {
        using var folder = new TemporaryFolder();
        const string Needle = "correct-horse-battery-staple";
        await using (var store = TestStore.Open(folder.Path))
        {
            var key = TestStore.Key("s", "secrets");
            var created = await store.Store.WriteAsync(new(key, 0, TestStore.Value("s", Needle, resource: "secrets")), CancellationToken.None);
            await store.Store.WriteAsync(new(key, created.Revision, TestStore.Value("s", Needle + "2", resource: "secrets")), CancellationToken.None);
            await store.PutAsync("plain", "visible-" + "control", 0);
            Assert.DoesNotContain(Needle, AllBytes(folder.Path), StringComparison.Ordinal);
        }
        var raw = AllBytes(folder.Path);
        Assert.DoesNotContain(Needle, raw, StringComparison.Ordinal);
        // The search finds what is there in plain text, so that its silence above means something.
        Assert.Contains("visible-control", raw, StringComparison.Ordinal);
        await using var reopened = TestStore.Open(folder.Path);
        Assert.Contains(Needle + "2", Encoding.UTF8.GetString(reopened.Cache.Get(TestStore.Key("s", "secrets"))!.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OtherKey_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        await using (var store = TestStore.Open(folder.Path))
        {
            await store.Store.WriteAsync(new(TestStore.Key("s", "secrets"), 0, TestStore.Value("s", "x", resource: "secrets")), CancellationToken.None);
        }
        File.WriteAllText(folder["keys/secrets.key"], $"1 {Convert.ToBase64String(new byte[32])}\n");
        var problem = Assert.Throws<StoreException>(() => TestStore.Open(folder.Path));
        Assert.Equal(StoreProblem.WrongKey, problem.Problem);
        Assert.Contains("secrets.key", problem.Message, StringComparison.Ordinal);
        File.Delete(folder["keys/secrets.key"]);
        Assert.Equal(StoreProblem.WrongKey, Assert.Throws<StoreException>(() => TestStore.Open(folder.Path)).Problem);
        Assert.False(File.Exists(folder["keys/secrets.key"]));
    }

    [Theory]
    [InlineData("garbage", StoreProblem.Corrupt)]
    [InlineData("damaged", StoreProblem.Corrupt)]
    [InlineData("newer", StoreProblem.Newer)]
    public async Task Open_UnusableFile_IsRefusedAndLeftUntouched(string how, StoreProblem expected)
    {
        using var folder = new TemporaryFolder();
        await using (var store = TestStore.Open(folder.Path))
        {
            for (var i = 0; i < 200; i++)
            {
                await store.PutAsync($"a{i}", new string('x', 500), 0);
            }
        }
        var path = folder["state.db"];
        Spoil(path, how);
        var before = File.ReadAllBytes(path);
        var problem = Assert.Throws<StoreException>(() => TestStore.Open(folder.Path));
        Assert.Equal(expected, problem.Problem);
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    private static void Spoil(string path, string how)
    {
        switch (how)
        {
            case "garbage":
                File.WriteAllText(path, "this is no database, and long enough to be looked at by anybody who cares to");
                break;
            case "damaged":
                using (var stream = new FileStream(path, FileMode.Open))
                {
                    stream.Position = 8192;
                    stream.Write(new byte[16_384]);
                }
                break;
            default:
                using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
                {
                    connection.Open();
                    using var command = connection.CreateCommand();
                    command.CommandText = "PRAGMA user_version=999; PRAGMA wal_checkpoint(TRUNCATE);";
                    command.ExecuteNonQuery();
                }
                break;
        }
    }

    private static string AllBytes(string folder) =>
        string.Concat(Directory.GetFiles(folder, "state.db*").Select(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return Encoding.Latin1.GetString(copy.ToArray());
        }));
}
