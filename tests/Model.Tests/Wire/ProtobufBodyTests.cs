using System.Text;
using CsCheck;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Schema;
using Orchestrator.Model.Wire;
using Xunit;

namespace Orchestrator.Model.Tests.Wire;

public sealed class ProtobufBodyTests
{
    /// <summary>A Deployment as a Go client encodes it, written out by hand.</summary>
    private static readonly byte[] Deployment = Envelope("apps/v1", "Deployment", Message(
        (1, Message((1, Text("web")), (2, Text("")), (3, Text("")), (8, Text("")), (11, Entry("app", Text("web"))))),
        (2, Message((1, 2L), (2, Message((1, Entry("app", Text("web"))))), (5, 0L), (7, 0L),
            (3, Message((2, Message(
                (2, Message((1, Text("c")), (2, Text("host")), (3, Text("sleep")), (3, Text("9")), (16, 0L),
                    (6, Message((1, Text("http")), (2, 0L), (3, 80L))),
                    (8, Message((1, Entry("cpu", Message((1, Text("500m"))))))),
                    (11, Message((1, Message((2, Message((2, Message((1, 1L), (2, 0L), (3, Text("http")))))))), (2, 3L))))),
                (1, Message((1, Text("v")), (2, Message((2, Text(""))))))))))))));

    [Fact]
    public void ToTree_GoClientsDeployment_IsWhatItsJsonSays()
    {
        var tree = ProtobufBody.ToTree(Deployment);
        Assert.Equal(
            """{"metadata":{"name":"web","labels":{"app":"web"}},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"spec":{"containers":[{"name":"c","image":"host","command":["sleep","9"],"ports":[{"name":"http","containerPort":80}],"resources":{"limits":{"cpu":"500m"}},"readinessProbe":{"httpGet":{"port":"http"},"initialDelaySeconds":3}}],"volumes":[{"name":"v","emptyDir":{}}]}}},"apiVersion":"apps/v1","kind":"Deployment"}""",
            tree.ToJsonString());
        Assert.Empty(SchemaChecker.Prune(tree, TypeSchema.For(typeof(V1Deployment))));
    }

    [Fact]
    public void ToTree_AnyDamage_IsBadRequestAndNothingElse() => Gen.Select(Gen.Int[0, Deployment.Length - 1], Gen.Byte, Gen.Int[0, Deployment.Length]).Sample((at, value, length) =>
    {
        var damaged = Deployment[..length].ToArray();
        if (at < damaged.Length)
        {
            damaged[at] = value;
        }
        try
        {
            ProtobufBody.ToTree(damaged);
        }
        catch (ApiException problem)
        {
            Assert.True(problem.Reason is StatusReason.BadRequest or StatusReason.UnsupportedMediaType, problem.Message);
        }
    });

    [Fact]
    public void ToTree_UnknownKindOrField_IsRefusedByName()
    {
        Assert.Contains("example.com/v1 Gadget", Assert.Throws<ApiException>(() => ProtobufBody.ToTree(Envelope("example.com/v1", "Gadget", []))).Message, StringComparison.Ordinal);
        Assert.Contains("spec: field 99", Assert.Throws<ApiException>(() => ProtobufBody.ToTree(Envelope("apps/v1", "Deployment", Message((2, Message((99, 1L))))))).Message, StringComparison.Ordinal);
        Assert.Contains("prefix", Assert.Throws<ApiException>(() => ProtobufBody.ToTree("{}"u8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FieldNumbers_OfServedKinds_CoverTheirFields()
    {
        var seen = new HashSet<Type>();
        // Definitions of custom resources are sent as JSON by every client.
        foreach (var kind in Catalog.All.Where(kind => kind.Group != "apiextensions.k8s.io"))
        {
            Walk(TypeSchema.For(kind.ClrType), seen);
        }
        Assert.True(seen.Count > 100);
    }

    private static void Walk(TypeSchema schema, HashSet<Type> seen)
    {
        if (schema.Element is { } element)
        {
            Walk(element, seen);
        }
        if (schema.Type != FieldType.Object || !seen.Add(schema.ClrType) || schema.ClrType.Name.StartsWith("V1alpha", StringComparison.Ordinal))
        {
            return;
        }
        var numbers = FieldNumbers.Of(schema.ClrType.Name);
        Assert.True(numbers is not null, schema.ClrType.Name);
        var names = numbers.Values.SelectMany(field => field.IsGroup ? FieldNumbers.Of(field.Name)!.Values : [field]).Select(field => field.Name).ToHashSet();
        // The one field that is newer than the table.
        Assert.Superset(schema.Fields.Keys.Except(["apiVersion", "kind", "runningInUserNamespace"]).ToHashSet(), names);
        foreach (var field in schema.Fields.Values)
        {
            Walk(field, seen);
        }
    }

    private static byte[] Envelope(string apiVersion, string kind, byte[] raw) =>
        [.. "k8s\0"u8, .. Message((1, Message((1, Text(apiVersion)), (2, Text(kind)))), (2, raw), (3, Text("")), (4, Text("")))];

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Entry(string key, byte[] value) => Message((1, Text(key)), (2, value));

    private static byte[] Message(params (int Number, object Value)[] fields)
    {
        var bytes = new List<byte>();
        foreach (var (number, value) in fields)
        {
            if (value is byte[] content)
            {
                Varint(bytes, (ulong)((number << 3) | 2));
                Varint(bytes, (ulong)content.Length);
                bytes.AddRange(content);
            }
            else
            {
                Varint(bytes, (ulong)(number << 3));
                Varint(bytes, (ulong)(long)value);
            }
        }
        return [.. bytes];
    }

    private static void Varint(List<byte> bytes, ulong value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        bytes.Add((byte)value);
    }
}
