using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds;

/// <summary>Kinds that users define, through the whole server.</summary>
public sealed class CustomResourceTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    [Fact]
    public async Task Definition_IsServed_ValidatedDefaultedPrunedAndPrinted()
    {
        await DefineAsync("crontabs", "stable.example.com");
        const string items = "/apis/stable.example.com/v1/namespaces/default/crontabs";
        var (code, made) = await server.SendAsync(HttpMethod.Post, items,
            """{"apiVersion":"stable.example.com/v1","kind":"CronTab","metadata":{"name":"mine"},"spec":{"cronSpec":"* * * * */5","image":"img","extra":1},"status":{"replicas":9}}""");
        Assert.True(code == HttpStatusCode.Created, made.ToJsonString());
        Assert.Equal(("CronTab", 1, 1L), ((string?)made["kind"], (int?)made["spec"]!["replicas"], (long?)made["metadata"]!["generation"]));
        Assert.Null(made["spec"]!["extra"]);
        Assert.Null(made["status"]);

        var (wrong, status) = await server.SendAsync(HttpMethod.Post, items,
            """{"metadata":{"name":"bad"},"spec":{"cronSpec":"no","replicas":"three","ports":[{"port":1},{"port":1}],"mode":"odd"}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong);
        var causes = status["details"]!["causes"]!.AsArray().Select(cause => $"{cause!["field"]}: {cause["message"]}").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(
            [
                "spec.cronSpec: Invalid value: \"no\": spec.cronSpec in body should match '^(\\S+\\s*){5}$'",
                "spec.image: Required value",
                "spec.mode: Unsupported value: \"odd\": supported values: \"fast\", \"slow\"",
                "spec.ports[1]: Duplicate value: \"{\"port\":1}\"",
                "spec.replicas: Invalid value: \"string\": spec.replicas in body must be of type integer: \"string\"",
            ], causes);
        var (strict, unknown) = await server.SendAsync(HttpMethod.Post, items + "?fieldValidation=Strict", """{"metadata":{"name":"strict"},"spec":{"cronSpec":"* * * * *","image":"i","other":1}}""");
        Assert.Equal(HttpStatusCode.BadRequest, strict);
        Assert.Contains("unknown field \"spec.other\"", (string?)unknown["message"], StringComparison.Ordinal);

        var (_, table) = await TestServer.SendAsync(server.Admin, HttpMethod.Get, items, accept: "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal(["Name", "Spec", "Replicas", "Age"], table["columnDefinitions"]!.AsArray().Select(column => (string?)column!["name"]));
        Assert.Equal("""["mine","* * * * */5",1,"0s"]""", Without(table["rows"]![0]!["cells"]!.AsArray()));
    }

    [Fact]
    public async Task Custom_StatusScaleApplyPatchAndWatch_WorkAsElsewhere()
    {
        await DefineAsync("widgets", "parts.example.com", kind: "Widget");
        const string items = "/apis/parts.example.com/v1/namespaces/default/widgets";
        var (created, made) = await server.SendAsync(HttpMethod.Patch, $"{items}/w?fieldManager=a",
            "apiVersion: parts.example.com/v1\nkind: Widget\nspec: {cronSpec: '* * * * *', image: i, ports: [{port: 80, name: http}]}\n", "application/apply-patch+yaml");
        Assert.True(created == HttpStatusCode.Created, made.ToJsonString());
        var (_, merged) = await server.SendAsync(HttpMethod.Patch, $"{items}/w?fieldManager=b",
            "apiVersion: parts.example.com/v1\nkind: Widget\nspec: {ports: [{port: 443, name: https}]}\n", "application/apply-patch+yaml");
        Assert.Equal([80, 443], merged["spec"]!["ports"]!.AsArray().Select(port => (int)port!["port"]!));
        var (conflict, _) = await server.SendAsync(HttpMethod.Patch, $"{items}/w?fieldManager=b",
            "apiVersion: parts.example.com/v1\nkind: Widget\nspec: {image: other, ports: [{port: 443, name: https}]}\n", "application/apply-patch+yaml");
        Assert.Equal(HttpStatusCode.Conflict, conflict);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.SendAsync(HttpMethod.Patch, $"{items}/w", "{}", "application/strategic-merge-patch+json")).Code);

        var (_, status) = await server.SendAsync(HttpMethod.Patch, $"{items}/w/status", """{"spec":{"image":"ignored"},"status":{"replicas":4,"labelSelector":"app=w"}}""", "application/merge-patch+json");
        Assert.Equal(("i", 4), ((string?)status["spec"]!["image"], (int?)status["status"]!["replicas"]));
        var (_, scale) = await server.SendAsync(HttpMethod.Get, $"{items}/w/scale");
        Assert.Equal(("Scale", 1, 4, "app=w"), ((string?)scale["kind"], (int?)scale["spec"]!["replicas"], (int?)scale["status"]!["replicas"], (string?)scale["status"]!["selector"]));
        await server.SendAsync(HttpMethod.Patch, $"{items}/w/scale", """{"spec":{"replicas":7}}""", "application/merge-patch+json");
        var (_, now) = await server.SendAsync(HttpMethod.Get, $"{items}/w");
        // The status makes no generation, what is wanted does.
        Assert.Equal((7, 3L), ((int?)now["spec"]!["replicas"], (long?)now["metadata"]!["generation"]));

        // Another version is the same object.
        var (_, other) = await server.SendAsync(HttpMethod.Get, items.Replace("/v1/", "/v2/", StringComparison.Ordinal) + "/w");
        Assert.Equal(("parts.example.com/v2", 7), ((string?)other["apiVersion"], (int?)other["spec"]!["replicas"]));
        await server.ListAsync("/apis/parts.example.com/v2/widgets", list => list.Count == 1);
    }

    [Fact]
    public async Task Definition_IsDiscoveredAndDescribed_AndItsObjectsGoWithIt()
    {
        await DefineAsync("gadgets", "gone.example.com", kind: "Gadget");
        var (_, group) = await server.SendAsync(HttpMethod.Get, "/apis/gone.example.com/v1");
        Assert.Equal(["gadgets", "gadgets/status", "gadgets/scale"], group["resources"]!.AsArray().Select(resource => (string?)resource!["name"]));
        Assert.Contains((await server.SendAsync(HttpMethod.Get, "/apis")).Body["groups"]!.AsArray(), found => (string?)found!["name"] == "gone.example.com");
        var (_, document) = await server.SendAsync(HttpMethod.Get, "/openapi/v3/apis/gone.example.com/v1");
        Assert.Equal("string", (string?)document["components"]!["schemas"]!["com.example.gone.v1.Gadget"]!["properties"]!["spec"]!["properties"]!["cronSpec"]!["type"]);

        const string items = "/apis/gone.example.com/v1/namespaces/default/gadgets";
        var (_, made) = await server.SendAsync(HttpMethod.Post, items, """{"metadata":{"name":"g"},"spec":{"cronSpec":"* * * * *","image":"i"}}""");
        var (_, owned) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps",
            $$$"""{"metadata":{"name":"of-g","ownerReferences":[{"apiVersion":"gone.example.com/v1","kind":"Gadget","name":"g","uid":"{{{made["metadata"]!["uid"]}}}"}]}}""");
        Assert.Equal("of-g", (string?)owned["metadata"]!["name"]);
        await server.SendAsync(HttpMethod.Delete, $"{items}/g");
        await server.ListAsync("/api/v1/namespaces/default/configmaps", maps => maps.All(map => (string?)map!["metadata"]!["name"] != "of-g"));

        await server.SendAsync(HttpMethod.Post, items, """{"metadata":{"name":"h","finalizers":["example.com/held"]},"spec":{"cronSpec":"* * * * *","image":"i"}}""");
        await server.SendAsync(HttpMethod.Delete, $"{Definitions}/gadgets.gone.example.com");
        await server.GetAsync($"{items}/h", item => item["metadata"]!["deletionTimestamp"] is not null);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync(HttpMethod.Post, items, """{"metadata":{"name":"late"},"spec":{"cronSpec":"* * * * *","image":"i"}}""")).Code);
        await server.SendAsync(HttpMethod.Patch, $"{items}/h", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
        await server.ListAsync(Definitions, list => list.All(item => (string?)item!["metadata"]!["name"] != "gadgets.gone.example.com"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, items)).Code);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-validations":[{"rule":"self.a > 1"}]}}}""", "x-kubernetes-validations: Forbidden: rules in CEL are not supported")]
    [InlineData("""{"type":"object","properties":{"spec":{}}}""", "properties[spec].type: Required value")]
    [InlineData("""{"type":"object","properties":{"spec":{"type":"array"}}}""", "properties[spec].items: Required value")]
    [InlineData("""{"type":"object","properties":{"spec":{"type":"string","pattern":"("}}}""", "properties[spec].pattern: Invalid value")]
    [InlineData("""{"type":"object","properties":{"spec":{"type":"integer","default":"x"}}}""", "default: Invalid value")]
    [InlineData("""{"type":"string"}""", "type: Invalid value: \"string\": must be object at the root")]
    public async Task Definition_SchemaThatCannotBe_IsRefusedByName(string schema, string message)
    {
        var body = Definition("things", "bad.example.com", "Thing");
        body["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"] = JsonNode.Parse(schema);
        var (code, status) = await server.SendAsync(HttpMethod.Post, Definitions, body.ToJsonString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains(message, (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Definition_NamesTakenOrWrong_AreTold()
    {
        await DefineAsync("firsts", "names.example.com", kind: "First");
        var second = Definition("seconds", "names.example.com", "First");
        await server.SendAsync(HttpMethod.Post, Definitions, second.ToJsonString());
        var seen = await server.GetAsync($"{Definitions}/seconds.names.example.com", item => item["status"]?["conditions"] is JsonArray { Count: 2 });
        Assert.Equal(["False", "False"], seen["status"]!["conditions"]!.AsArray().Select(condition => (string?)condition!["status"]));
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, "/apis/names.example.com/v1/seconds")).Code);

        var wrong = Definition("thirds", "names.example.com", "Third");
        wrong["metadata"]!["name"] = "other.names.example.com";
        wrong["spec"]!["scope"] = "Everywhere";
        wrong["spec"]!["conversion"] = new JsonObject { ["strategy"] = "Webhook" };
        wrong["spec"]!["versions"]![1]!["storage"] = true;
        var (code, status) = await server.SendAsync(HttpMethod.Post, Definitions, wrong.ToJsonString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal(["metadata.name", "spec.conversion.strategy", "spec.scope", "spec.versions"], status["details"]!["causes"]!.AsArray().Select(cause => (string?)cause!["field"]).Order(StringComparer.Ordinal));
    }

    private async Task DefineAsync(string plural, string group, string kind = "CronTab")
    {
        var (code, answer) = await server.SendAsync(HttpMethod.Post, Definitions, Definition(plural, group, kind).ToJsonString());
        Assert.True(code == HttpStatusCode.Created, answer.ToJsonString());
        await server.GetAsync($"{Definitions}/{plural}.{group}", item => item["status"]?["conditions"] is JsonArray conditions
            && conditions.Any(condition => (string?)condition!["type"] == "Established" && (string?)condition["status"] == "True"));
    }

    private static JsonObject Definition(string plural, string group, string kind)
    {
        const string schema = """
            {"type":"object","properties":{
              "spec":{"type":"object","required":["image"],"properties":{
                "cronSpec":{"type":"string","pattern":"^(\\S+\\s*){5}$"},"image":{"type":"string"},"replicas":{"type":"integer","default":1,"minimum":0},
                "mode":{"type":"string","enum":["fast","slow"]},
                "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["port"],"items":{"type":"object","required":["port"],"properties":{"port":{"type":"integer"},"name":{"type":"string"}}}}}},
              "status":{"type":"object","properties":{"replicas":{"type":"integer"},"labelSelector":{"type":"string"}}}}}
            """;
        JsonObject Version(string name, bool storage) => new()
        {
            ["name"] = name, ["served"] = true, ["storage"] = storage,
            ["schema"] = new JsonObject { ["openAPIV3Schema"] = JsonNode.Parse(schema) },
            ["subresources"] = new JsonObject { ["status"] = new JsonObject(), ["scale"] = new JsonObject { ["specReplicasPath"] = ".spec.replicas", ["statusReplicasPath"] = ".status.replicas", ["labelSelectorPath"] = ".status.labelSelector" } },
            ["additionalPrinterColumns"] = new JsonArray(
                new JsonObject { ["name"] = "Spec", ["type"] = "string", ["jsonPath"] = ".spec.cronSpec" },
                new JsonObject { ["name"] = "Replicas", ["type"] = "integer", ["jsonPath"] = ".spec.replicas" },
                new JsonObject { ["name"] = "Age", ["type"] = "date", ["jsonPath"] = ".metadata.creationTimestamp" }),
        };
        return new()
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1", ["kind"] = "CustomResourceDefinition", ["metadata"] = new JsonObject { ["name"] = $"{plural}.{group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = group, ["scope"] = "Namespaced", ["names"] = new JsonObject { ["plural"] = plural, ["kind"] = kind },
                ["versions"] = new JsonArray(Version("v1", true), Version("v2", false)),
            },
        };
    }

    private static string Without(JsonArray cells)
    {
        // The age is the test's own pace.
        cells[^1] = "0s";
        return System.Text.Encoding.UTF8.GetString(Orchestrator.Model.Json.ModelJson.Encode(cells));
    }
}
