using System.Text;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Controller.Storage.Sqlite;
using Orchestrator.Model;

namespace Orchestrator.Controller.Tests.Storage;

/// <summary>A real store with its cache, on the production schema.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private TestStore(SqliteObjectStore store)
    {
        Store = store;
        Cache = new(store, ControllerApplication.Fields);
    }

    public SqliteObjectStore Store { get; }
    public ObjectCache Cache { get; }

    public static TestStore Open(string folder) => new(SqliteObjectStore.Open(
        Path.Combine(folder, "state.db"), Path.Combine(folder, "keys", "secrets.key"), ControllerApplication.SelectableFields));

    public static ObjectKey Key(string name, string resource = "configmaps", string @namespace = "default") => new(resource, @namespace, name);

    public static EncodedObject Value(string name, string text, string labels = "{}", string resource = "configmaps") => EncodedObject.Of(
        Encoding.UTF8.GetBytes($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","namespace":"default","uid":"u-{{{name}}}","labels":{{{labels}}}},"data":{"text":"{{{text}}}"}}"""),
        ControllerApplication.SelectableFields(resource));

    public Task<StoreOutcome> PutAsync(string name, string text, long expected, string labels = "{}") =>
        Store.WriteAsync(new(Key(name), expected, Value(name, text, labels)), CancellationToken.None);

    public Task<StoreOutcome> DeleteAsync(string name, long expected) => Store.WriteAsync(new(Key(name), expected, null), CancellationToken.None);

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
