using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>A ConfigMap; its texts are <see cref="Data"/>.</summary>
public sealed class ConfigMap : ClusterObject
{
    internal ConfigMap(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1ConfigMap Model => (V1ConfigMap)Object;

    public IReadOnlyDictionary<string, string> Data => new Dictionary<string, string>(Model.Data ?? new Dictionary<string, string>(), StringComparer.Ordinal);
    public IReadOnlyDictionary<string, byte[]> BinaryData => new Dictionary<string, byte[]>(Model.BinaryData ?? new Dictionary<string, byte[]>(), StringComparer.Ordinal);
    public int DataCount => Data.Count + BinaryData.Count;
}
