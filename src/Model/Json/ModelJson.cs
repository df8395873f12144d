using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

namespace Orchestrator.Model.Json;

/// <summary>Typed objects from and to JSON, with the serializer settings of the official client.</summary>
public static class ModelJson
{
    /// <summary>The client keeps its options to itself but lets callers adjust them: that is how we see them.</summary>
    public static JsonSerializerOptions Options { get; } = Capture();

    /// <summary>Compact, and with the characters that JSON allows left readable: what is stored and served.</summary>
    private static readonly JsonWriterOptions Writing = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static T Decode<T>(ReadOnlySpan<byte> utf8) where T : class =>
        JsonSerializer.Deserialize<T>(utf8, Options) ?? throw new JsonException("the document is null");

    public static object Decode(JsonNode node, Type type) =>
        node.Deserialize(type, Options) ?? throw new JsonException("the document is null");

    public static object Decode(ReadOnlySpan<byte> utf8, Type type) =>
        JsonSerializer.Deserialize(utf8, type, Options) ?? throw new JsonException("the document is null");

    public static JsonObject ToTree(object typed) =>
        (JsonObject)(JsonSerializer.SerializeToNode(typed, typed.GetType(), Options) ?? throw new JsonException("the object is null"));

    public static byte[] Encode(JsonNode tree)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            tree.WriteTo(writer);
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static JsonSerializerOptions Capture()
    {
        JsonSerializerOptions? options = null;
        KubernetesJson.AddJsonOptions(seen => options = seen);
        return options ?? throw new InvalidOperationException("the client library did not show its serializer options");
    }
}
