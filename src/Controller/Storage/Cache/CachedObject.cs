using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Storage.Cache;

/// <summary>An object at one revision. Immutable; what it is decoded to is the caller's own.</summary>
public sealed class CachedObject(ObjectKey key, EncodedObject encoded, long revision)
{
    private byte[]? _bytes;

    public ObjectKey Key { get; } = key;
    public EncodedObject Encoded { get; } = encoded;
    public long Revision { get; } = revision;

    /// <summary>The JSON that clients see. Made when first asked for, then shared by every response and watcher.</summary>
    public byte[] Bytes => _bytes ??= Encoded.WithRevision(Revision);

    public T Decode<T>() where T : class => ModelJson.Decode<T>(Bytes);
}
