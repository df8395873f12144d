using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Scheduling;

/// <summary>
/// The classes of the pods that are known. Pods of one template have the same bytes in their spec, so a pod is read whole only when it is the
/// first of its class.
/// </summary>
internal sealed class PodClasses
{
    private const int IdleLimit = 1000;

    private readonly Dictionary<string, PodClass> _classes = new(StringComparer.Ordinal);

    public IEnumerable<PodClass> All => _classes.Values;

    /// <exception cref="FormatException">A selector in it cannot be read.</exception>
    public PodClass Of(CachedObject pod)
    {
        var key = KeyOf(pod);
        if (!_classes.TryGetValue(key, out var known))
        {
            Sweep();
            _classes[key] = known = PodClass.Of(pod.Decode<V1Pod>());
        }
        return known;
    }

    // Classes without pods are kept for a while: a Deployment's next pod is of the class of those before it.
    private void Sweep()
    {
        if (_classes.Count > IdleLimit && _classes.Count(pair => pair.Value.Users == 0) > _classes.Count / 2)
        {
            foreach (var idle in _classes.Where(pair => pair.Value.Users == 0).Select(pair => pair.Key).ToArray())
            {
                _classes.Remove(idle);
            }
        }
    }

    private static string KeyOf(CachedObject pod)
    {
        var key = new StringBuilder(pod.Key.Namespace).Append('\n');
        foreach (var label in pod.Encoded.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            key.Append(label.Key).Append('=').Append(label.Value).Append('\n');
        }
        if (pod.Bytes.AsSpan().IndexOf("\"ephemeral\""u8) >= 0)
        {
            // The claims of such volumes have the pod's own name in theirs.
            key.Append("name=").Append(pod.Key.Name).Append('\n');
        }
        var hash = new XxHash128();
        var reader = new Utf8JsonReader(pod.Bytes);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("spec"))
            {
                reader.Read();
                AddSpec(ref reader, pod.Bytes, hash);
            }
            else if (reader.ValueTextEquals("metadata"))
            {
                reader.Read();
                AddOwners(ref reader, pod.Bytes, hash);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return key.Append(Convert.ToHexString(hash.GetCurrentHash())).ToString();
    }

    // Where a pod runs is not what it is.
    private static void AddSpec(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, XxHash128 hash)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isNode = reader.ValueTextEquals("nodeName");
            var start = (int)reader.TokenStartIndex;
            reader.Read();
            reader.Skip();
            if (!isNode)
            {
                hash.Append(bytes[start..(int)reader.BytesConsumed]);
            }
        }
    }

    private static void AddOwners(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, XxHash128 hash)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isOwners = reader.ValueTextEquals("ownerReferences");
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isOwners)
            {
                hash.Append(bytes[start..(int)reader.BytesConsumed]);
            }
        }
    }
}
