using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>An object of a kind that no type of the model stands for: its metadata typed, all else as it came.</summary>
internal sealed class CustomObject : IKubernetesObject<V1ObjectMeta>
{
    /// <exception cref="System.Text.Json.JsonException">The metadata is no such.</exception>
    public CustomObject(JsonObject tree)
    {
        Tree = tree;
        Metadata = (V1ObjectMeta)ModelJson.Decode(AdmissionChain.Metadata(tree), typeof(V1ObjectMeta));
    }

    public JsonObject Tree { get; }
    public V1ObjectMeta Metadata { get; set; }
    public string ApiVersion { get => StructuralSchema.Text(Tree["apiVersion"]); set => Tree["apiVersion"] = value; }
    public string Kind { get => StructuralSchema.Text(Tree["kind"]); set => Tree["kind"] = value; }

    public JsonObject ToTree()
    {
        // In the order in which people write objects.
        var result = new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = Kind, ["metadata"] = ModelJson.ToTree(Metadata) };
        foreach (var (name, value) in Tree)
        {
            if (!result.ContainsKey(name))
            {
                result[name] = value?.DeepClone();
            }
        }
        return result;
    }
}
