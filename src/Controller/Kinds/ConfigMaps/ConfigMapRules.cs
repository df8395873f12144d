using System.Text;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.ConfigMaps;

internal sealed class ConfigMapRules : KindRules<V1ConfigMap>
{
    /// <summary>Bytes of all values together. Source: Kubernetes documentation, "ConfigMaps": 1 MiB.</summary>
    internal const int MaxBytes = 1024 * 1024;

    protected override void Validate(V1ConfigMap item, FieldErrors errors)
    {
        var bytes = 0L;
        foreach (var (key, value) in item.Data ?? new Dictionary<string, string>())
        {
            errors.Check($"data[{key}]", key, NameRules.DataKey(key));
            if (item.BinaryData?.ContainsKey(key) == true)
            {
                errors.Invalid($"data[{key}]", key, "duplicate of key present in binaryData");
            }
            bytes += Encoding.UTF8.GetByteCount(value ?? "");
        }
        foreach (var (key, value) in item.BinaryData ?? new Dictionary<string, byte[]>())
        {
            errors.Check($"binaryData[{key}]", key, NameRules.DataKey(key));
            bytes += value?.Length ?? 0;
        }
        if (bytes > MaxBytes)
        {
            errors.TooLong("data", MaxBytes);
        }
    }

    protected override void ValidateUpdate(V1ConfigMap item, V1ConfigMap old, FieldErrors errors)
    {
        if (old.Immutable != true)
        {
            return;
        }
        if (item.Immutable != true)
        {
            errors.Forbidden("immutable", "field is immutable when `immutable` is set");
        }
        if (!Same(item.Data, old.Data, static (a, b) => a == b))
        {
            errors.Forbidden("data", "field is immutable when `immutable` is set");
        }
        if (!Same(item.BinaryData, old.BinaryData, static (a, b) => a.AsSpan().SequenceEqual(b)))
        {
            errors.Forbidden("binaryData", "field is immutable when `immutable` is set");
        }
    }

    internal static bool Same<T>(IDictionary<string, T>? left, IDictionary<string, T>? right, Func<T, T, bool> equal) =>
        (left?.Count ?? 0) == (right?.Count ?? 0)
        && (left is null || left.All(pair => right!.TryGetValue(pair.Key, out var other) && equal(pair.Value, other))); // Same count: there.
}
