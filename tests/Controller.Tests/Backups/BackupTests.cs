using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Backups;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Sqlite;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Backups;

public sealed class BackupTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Backup_WhileWritesGoOn_IsRestoredWhole_AheadOfEverythingUsed()
    {
        await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/secrets", """{"metadata":{"name":"kept"},"data":{"k":"c2VjcmV0"}}""");
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", new JsonObject { ["metadata"] = new JsonObject { ["name"] = $"during-{i}" } }.ToJsonString());
            }
        }, TestContext.Current.CancellationToken);
        using var folder = new TemporaryFolder();
        var file = folder["cluster.zip"];
        await File.WriteAllBytesAsync(file, await server.Admin.GetByteArrayAsync(new Uri("/operations/backup", UriKind.Relative), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await writing;
        var used = server.Store.Revision;

        var data = folder["data"];
        Directory.CreateDirectory(data);
        var (revision, replaced) = BackupArchive.Restore(file, data, DateTimeOffset.UnixEpoch);
        Assert.Null(replaced);
        Assert.True(revision > used);
        await using (var store = Open(data))
        {
            var objects = store.Load().ToDictionary(change => change.Key, change => change);
            Assert.Contains("c2VjcmV0", Encoding.UTF8.GetString(objects[new("secrets", "default", "kept")].Value!.Bytes), StringComparison.Ordinal);
            Assert.Equal((revision, revision), (store.Revision, store.CompactedRevision));
            var written = await store.WriteAsync(new(new("configmaps", "default", "after"), 0, EncodedObject.Of("""{"metadata":{"name":"after"}}"""u8.ToArray(), [])), TestContext.Current.CancellationToken);
            Assert.Equal(revision + 1, written.Revision);
        }

        // A second time: what was there is kept, and its revisions count.
        var (again, old) = BackupArchive.Restore(file, data, DateTimeOffset.UnixEpoch);
        Assert.True(again > revision + 1);
        Assert.True(File.Exists(Path.Combine(old!, "state.db")));
    }

    [Fact]
    public async Task Backup_IsForAdministrators_AndNonsenseIsNotRestored()
    {
        using var nobody = server.Client("nobody");
        Assert.Equal(HttpStatusCode.Forbidden, (await TestServer.SendAsync(nobody, HttpMethod.Get, "/operations/backup")).Code);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.SendAsync(HttpMethod.Delete, "/operations/backup")).Code);
        using var folder = new TemporaryFolder();
        var file = folder["x.zip"];
        using (var zip = await System.IO.Compression.ZipFile.OpenAsync(file, System.IO.Compression.ZipArchiveMode.Create, TestContext.Current.CancellationToken))
        {
            zip.CreateEntry("state.db");
        }
        Assert.Contains("no backup", Assert.Throws<InvalidDataException>(() => BackupArchive.Restore(file, folder.Path, DateTimeOffset.UnixEpoch)).Message, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task EncryptionKey_Rotated_OpensEverything_AndTheOldKeyNothing()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["keys"]);
        var key = new Orchestrator.Model.ObjectKey("secrets", "default", "sealed");
        var value = EncodedObject.Of("""{"metadata":{"name":"sealed"},"data":{"k":"dmFsdWU="}}"""u8.ToArray(), []);
        string before;
        await using (var store = Open(folder.Path))
        {
            Assert.Empty(store.Load());
            await store.WriteAsync(new(key, 0, value), TestContext.Current.CancellationToken);
            before = await File.ReadAllTextAsync(folder["keys/secrets.key"], TestContext.Current.CancellationToken);
            Assert.Equal((1, 2), await store.RotateKeyAsync(TestContext.Current.CancellationToken));
            Assert.Contains("dmFsdWU=", Encoding.UTF8.GetString(store.Replay(0, 10)[0].Value!.Bytes), StringComparison.Ordinal);
        }
        var after = await File.ReadAllTextAsync(folder["keys/secrets.key"], TestContext.Current.CancellationToken);
        Assert.StartsWith("2 ", after, StringComparison.Ordinal);
        Assert.DoesNotContain(before.Split(' ')[1].Trim(), after, StringComparison.Ordinal);
        await using (var store = Open(folder.Path))
        {
            Assert.Equal(key, Assert.Single(store.Load()).Key);
        }
        await File.WriteAllTextAsync(folder["keys/secrets.key"], before, TestContext.Current.CancellationToken);
        await using var wrong = Open(folder.Path);
        Assert.Equal(StoreProblem.WrongKey, Assert.Throws<StoreException>(() => wrong.Load().ToArray()).Problem);
    }

    private static SqliteObjectStore Open(string folder) =>
        SqliteObjectStore.Open(Path.Combine(folder, "state.db"), Path.Combine(folder, "keys", "secrets.key"), ControllerApplication.SelectableFields);
}
