using System.Text.Json.Nodes;
using Orchestrator.Cluster.Tests.Crash;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Xunit;

namespace Orchestrator.Cluster.Tests.Kubectl;

/// <summary>Manifests as people publish them go through apply, a change and server-side apply, and each field comes back as it was written.</summary>
public sealed class ManifestTests(ManifestTests.Server server) : IClassFixture<ManifestTests.Server>
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "Cluster.Tests", "Kubectl", "Manifests");

    [Theory]
    [InlineData("web.yaml", "image: nginx:1.27-alpine", "image: nginx:1.28-alpine")]
    [InlineData("web.yaml", "periodSeconds: 60}\n  ", "periodSeconds: 90}\n  ")]
    [InlineData("redis.yaml", "maxmemory 100mb", "maxmemory 200mb")]
    [InlineData("redis.yaml", "partition: 1", "partition: 2")]
    [InlineData("wordpress.yaml", "nodePort: 30080", "nodePort: 30081")]
    [InlineData("wordpress.yaml", "correct horse battery staple", "hunter2")]
    [InlineData("node-exporter.yaml", "maxUnavailable: 10%", "maxUnavailable: 2")]
    [InlineData("log-shipper.yaml", "resources: [pods, namespaces]", "resources: [pods, namespaces, nodes]")]
    [InlineData("backup.yaml", "Europe/Amsterdam", "America/New_York")]
    [InlineData("batch.yaml", "parallelism: 4", "parallelism: 8")]
    [InlineData("zookeeper.yaml", "maxUnavailable: 1", "maxUnavailable: 2")]
    [InlineData("prometheus.yaml", "{name: edns0}", "{name: timeout, value: \"1\"}")]
    [InlineData("operator.yaml", "maximum: 9", "maximum: 7")]
    [InlineData("database.yaml", "- {name: app, admin: false}\n", "")]
    [InlineData("team.yaml", "requests.memory: 8Gi", "requests.memory: 10Gi")]
    [InlineData("pod.yaml", "image: fluent-bit:3", "image: fluent-bit:4")]
    [InlineData("storage.yaml", "persistentVolumeReclaimPolicy: Retain\n  storageClassName: slow", "persistentVolumeReclaimPolicy: Delete\n  storageClassName: slow")]
    [InlineData("legacy.yaml", "replicas: 3", "replicas: 2")]
    public async Task Applied_ChangedAndReadAgain_EveryFieldIsAsWritten(string file, string part, string replacement)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken);
        var changed = text.Replace(part, replacement, StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        if (file == "database.yaml")
        {
            await server.KubectlAsync(["apply", "-f", Path.Combine(Folder, "operator.yaml")]);
            await server.KubectlAsync(["wait", "--for=condition=Established", "crd/databases.example.com"]);
        }

        await server.KubectlAsync(["apply", "-f", "-"], text);
        await EveryFieldIsAsWrittenAsync(text);
        var described = await server.KubectlAsync(["describe", "-f", "-"], text);
        Assert.All(Objects(text), item => Assert.Matches($@"(?m)^Name:\s+{item["metadata"]!["name"]}$", described));
        var before = await WithoutStatusAsync(text);
        await server.KubectlAsync(["apply", "-f", "-"], text);
        Assert.Equal(before, await WithoutStatusAsync(text));

        Assert.Contains(" configured\n", await server.KubectlAsync(["apply", "-f", "-"], changed), StringComparison.Ordinal);
        await EveryFieldIsAsWrittenAsync(changed);
        await server.KubectlAsync(["apply", "--server-side", "--force-conflicts", "-f", "-"], changed);
        await EveryFieldIsAsWrittenAsync(changed);
        await server.KubectlAsync(["diff", "-f", "-"], changed);
    }

    /// <summary>kubectl checks the items of a List itself, by the OpenAPI document of version 2 in its protobuf form.</summary>
    [Fact]
    public async Task List_WithWrongFields_IsRefusedWithTheirNames()
    {
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => server.KubectlAsync(["apply", "-f", "-"], """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: ConfigMap, metadata: {name: listed}, dta: {a: b}}
            - {apiVersion: apps/v1, kind: Deployment, metadata: {name: listed}, spec: {replicas: x, selector: {}, template: {}}}
            """));
        Assert.Contains("ValidationError(ConfigMap): unknown field \"dta\" in io.k8s.api.core.v1.ConfigMap", problem.Message, StringComparison.Ordinal);
        Assert.Contains("ValidationError(Deployment.spec.replicas): invalid type", problem.Message, StringComparison.Ordinal);
    }

    private async Task EveryFieldIsAsWrittenAsync(string text)
    {
        foreach (var written in Objects(text))
        {
            Compare(written, await ReadAsync(written), $"{written["kind"]}/{written["metadata"]!["name"]}");
        }
    }

    /// <summary>What only a write of the objects themselves changes.</summary>
    private async Task<string> WithoutStatusAsync(string text)
    {
        var all = new JsonArray();
        foreach (var written in Objects(text))
        {
            var read = (await ReadAsync(written)).AsObject();
            read.Remove("status");
            read["metadata"]!.AsObject().Remove("resourceVersion");
            all.Add(read);
        }
        return all.ToJsonString();
    }

    private static IEnumerable<JsonNode> Objects(string text) =>
        YamlTree.Parse(text).SelectMany(document => document["items"]?.AsArray().Select(item => item!) ?? [document]);

    private async Task<JsonNode> ReadAsync(JsonNode written)
    {
        var version = ((string)written["apiVersion"]!).Split('/') is [var group, var name] ? $".{name}.{group}" : "";
        var space = (string?)written["metadata"]!["namespace"] ?? "default";
        return JsonNode.Parse(await server.KubectlAsync(["get", $"{written["kind"]}{version}", (string)written["metadata"]!["name"]!, "-n", space, "-o", "json"]))!;
    }

    private static void Compare(JsonNode? written, JsonNode? read, string path)
    {
        switch (written)
        {
            case JsonObject fields:
                Assert.True(read is JsonObject, $"{path} is {read?.ToJsonString() ?? "gone"}");
                foreach (var (name, value) in fields)
                {
                    var isText = name == "stringData";
                    Compare(isText ? Encoded(value!.AsObject()) : value, read![isText ? "data" : name], $"{path}.{name}");
                }
                break;
            case JsonArray items:
                Assert.True(read is JsonArray || items.Count == 0, $"{path} is {read?.ToJsonString() ?? "gone"}");
                Assert.Equal(items.Count, (read as JsonArray)?.Count ?? 0);
                for (var i = 0; i < items.Count; i++)
                {
                    Compare(items[i], read![i], $"{path}[{i}]");
                }
                break;
            default:
                Assert.True(Same(written, read), $"{path} was written as {written?.ToJsonString()} and is {read?.ToJsonString() ?? "gone"}");
                break;
        }
    }

    private static JsonObject Encoded(JsonObject text) =>
        new(text.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes((string)pair.Value!)))));

    /// <summary>Nothing said is false, and of a quantity the value counts.</summary>
    private static bool Same(JsonNode? written, JsonNode? read) =>
        JsonNode.DeepEquals(written, read) || (read is null && written?.ToJsonString() is null or "false" or "0" or "\"\"")
        || (read is not null && Quantity.TryParse(written!.ToString(), out var wanted) && Quantity.TryParse(read.ToString(), out var found) && wanted.CompareTo(found) == 0);

    /// <summary>A controller alone: nothing runs, everything is kept.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private readonly LoneController _controller = new();

        public async ValueTask InitializeAsync() => await _controller.StartAsync();

        public ValueTask DisposeAsync() => _controller.DisposeAsync();

        public async Task<string> KubectlAsync(IEnumerable<string> arguments, string? input = null) =>
            (await Command.RunAsync("kubectl", ["--kubeconfig", Path.Combine(_controller.Folder, "admin.kubeconfig"), .. arguments], input)).Succeeded();
    }
}
