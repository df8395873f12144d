using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text.Json;
using Orchestrator.Model;

namespace Orchestrator.Controller.Storage;

/// <summary>
/// An object as it is kept: UTF-8 JSON without <c>metadata.resourceVersion</c> (the log's revision is the only truth of it) and the few
/// fields that indexes and selectors need. Immutable; needs no .NET type of the kind.
/// </summary>
public sealed class EncodedObject
{
    private static ReadOnlySpan<byte> VersionStart => "\"resourceVersion\":\""u8;
    private readonly int _metadataContent;

    /// <summary>The JSON is kept once: as it came, and from when its clients' form was first asked for as that.</summary>
    private Form _form;

    private EncodedObject(byte[] bytes, int metadataContent, string uid, FrozenDictionary<string, string> labels, string[] owners, string[] fields, bool deleting)
    {
        _form = new(bytes, 0, 0);
        _metadataContent = metadataContent;
        Uid = uid;
        Labels = labels;
        OwnerUids = owners;
        FieldValues = fields;
        IsDeleting = deleting;
    }

    /// <summary>Without the version. A copy, once clients have asked for theirs.</summary>
    public byte[] Bytes
    {
        get
        {
            var form = Volatile.Read(ref _form);
            return form.Version == 0 ? form.Bytes : [.. Head(form), .. Tail(form)];
        }
    }

    public string Uid { get; }
    public FrozenDictionary<string, string> Labels { get; }
    public string[] OwnerUids { get; }
    /// <summary>Values of the kind's selectable fields, in the catalogue's order; the empty text where absent.</summary>
    public string[] FieldValues { get; }
    /// <summary>True when <c>metadata.deletionTimestamp</c> is set.</summary>
    public bool IsDeleting { get; }

    /// <param name="bytes">The object's JSON; <c>metadata</c> has at least one field and no <c>resourceVersion</c>.</param>
    /// <param name="selectableFields">Dotted paths to keep at hand.</param>
    public static EncodedObject Of(byte[] bytes, ReadOnlySpan<string> selectableFields)
    {
        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 256 });
        var root = document.RootElement;
        var metadata = root.GetProperty("metadata");
        var fields = selectableFields.Length == 0 ? [] : new string[selectableFields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = Text(root, selectableFields[i]);
        }
        return new(bytes, MetadataContent(bytes),
            metadata.TryGetProperty("uid", out var uid) ? uid.GetString() ?? "" : "",
            ReadLabels(metadata), Owners(metadata), fields,
            metadata.TryGetProperty("deletionTimestamp", out var deleted) && deleted.ValueKind == JsonValueKind.String);
    }

    public bool HasContentOf(EncodedObject other)
    {
        var (mine, theirs) = (Volatile.Read(ref _form), Volatile.Read(ref other._form));
        return _metadataContent == other._metadataContent && Head(mine).SequenceEqual(other.Head(theirs)) && Tail(mine).SequenceEqual(other.Tail(theirs));
    }

    /// <summary>The JSON that clients see: with the revision of its last write in it.</summary>
    public byte[] WithRevision(long revision)
    {
        var form = Volatile.Read(ref _form);
        if (form.Version > 0 && form.Revision == revision)
        {
            return form.Bytes;
        }
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(revision, digits, out var length);
        var version = VersionStart.Length + length + 2;
        var result = new byte[form.Bytes.Length - form.Version + version];
        var target = result.AsSpan();
        Head(form).CopyTo(target);
        var at = _metadataContent;
        VersionStart.CopyTo(target[at..]);
        at += VersionStart.Length;
        digits[..length].CopyTo(target[at..]);
        at += length;
        target[at++] = (byte)'"';
        target[at++] = (byte)',';
        Tail(form).CopyTo(target[at..]);
        if (form.Version == 0)
        {
            Volatile.Write(ref _form, new(result, version, revision));
        }
        return result;
    }

    private ReadOnlySpan<byte> Head(Form form) => form.Bytes.AsSpan(0, _metadataContent);

    private ReadOnlySpan<byte> Tail(Form form) => form.Bytes.AsSpan(_metadataContent + form.Version);

    /// <summary>A field by its dotted path, as text; read anew at each call.</summary>
    public string Field(string path)
    {
        using var document = JsonDocument.Parse(Volatile.Read(ref _form).Bytes, new JsonDocumentOptions { MaxDepth = 256 });
        return Text(document.RootElement, path);
    }

    private static int MetadataContent(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            if (found)
            {
                return (int)reader.TokenStartIndex + 1;
            }
            reader.Skip();
        }
        throw new JsonException("the object has no metadata");
    }

    private static FrozenDictionary<string, string> ReadLabels(JsonElement metadata) =>
        metadata.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Object
            ? labels.EnumerateObject().ToFrozenDictionary(label => string.Intern(label.Name), label => label.Value.GetString() ?? "")
            : FrozenDictionary<string, string>.Empty;

    private static string[] Owners(JsonElement metadata) =>
        metadata.TryGetProperty("ownerReferences", out var owners) && owners.ValueKind == JsonValueKind.Array
            ? [.. owners.EnumerateArray().Select(owner => owner.TryGetProperty("uid", out var uid) ? uid.GetString() ?? "" : "")]
            : [];

    private static string Text(JsonElement element, string path)
    {
        foreach (var part in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(part, out element))
            {
                return "";
            }
        }
        return element.ValueKind switch
        {
            JsonValueKind.String => element.GetString() ?? "",
            JsonValueKind.Null => "",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => element.GetRawText(),
        };
    }

    /// <param name="Bytes">The JSON.</param>
    /// <param name="Version">How many of its bytes are the version, at the start of the metadata.</param>
    /// <param name="Revision">The revision that they say.</param>
    private sealed record Form(byte[] Bytes, int Version, long Revision);
}
