using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.PriorityClasses;

/// <summary>A new pod's priority, from its class. Source: Kubernetes documentation, "Pod Priority and Preemption".</summary>
internal static class PodPriority
{
    public const string PreemptLower = "PreemptLowerPriority";
    private static readonly ResourceKind Classes = Catalog.ForType<V1PriorityClass>();

    /// <summary>The classes that every cluster has.</summary>
    public static IReadOnlyDictionary<string, int> SystemClasses { get; } = new Dictionary<string, int>
    {
        ["system-cluster-critical"] = 2_000_000_000,
        ["system-node-critical"] = 2_000_001_000,
    };

    /// <summary>Writes the class's value into a pod that is to be created; leaves other kinds alone.</summary>
    /// <exception cref="ApiException">Forbidden: no such class, or another value than the class's was given.</exception>
    public static void Resolve(ObjectCache cache, ResourceKind kind, JsonObject tree)
    {
        if (kind is not { Group: "", Kind: "Pod" } || tree["spec"] is not JsonObject spec)
        {
            return;
        }
        var name = spec["priorityClassName"] is JsonValue given && given.TryGetValue<string>(out var text) ? text : "";
        var found = name.Length > 0 ? cache.Get(ObjectKey.Of(Classes, null, name))?.Decode<V1PriorityClass>() : DefaultOf(cache);
        var pod = (string?)(tree["metadata"]?["name"] ?? tree["metadata"]?["generateName"]);
        if (found is null && name.Length > 0)
        {
            throw ApiException.Forbidden(kind, pod, $"no PriorityClass with name {name} was found");
        }
        var value = found?.Value ?? 0;
        if (spec["priority"] is JsonValue number && (!number.TryGetValue<int>(out var stated) || stated != value))
        {
            throw ApiException.Forbidden(kind, pod,
                $"the integer value of priority ({number.ToJsonString()}) must not be provided in pod spec; priority admission controller computed {value} from the given PriorityClass name");
        }
        spec["priority"] = value;
        spec["preemptionPolicy"] ??= found?.PreemptionPolicy ?? PreemptLower;
        if (found is not null && name.Length == 0)
        {
            spec["priorityClassName"] = found.Metadata.Name;
        }
    }

    /// <summary>Holds a class that is to be written as the default against the others.</summary>
    /// <exception cref="ApiException">Forbidden: another class is the default already.</exception>
    public static void CheckDefault(ObjectCache cache, ResourceKind kind, JsonObject tree)
    {
        if (kind != Classes || tree["globalDefault"] is not JsonValue flag || !flag.TryGetValue<bool>(out var wanted) || !wanted)
        {
            return;
        }
        var name = (string?)tree["metadata"]?["name"];
        if (DefaultOf(cache) is { } present && present.Metadata.Name != name)
        {
            throw ApiException.Forbidden(kind, name, $"PriorityClass {present.Metadata.Name} is already marked as default. Only one default can exist");
        }
    }

    /// <summary>The class of pods that name none; of several, the one of the smallest value, as Kubernetes has it.</summary>
    private static V1PriorityClass? DefaultOf(ObjectCache cache) =>
        cache.List(new(Classes.GroupResource)).Items.Select(item => item.Decode<V1PriorityClass>()).Where(item => item.GlobalDefault == true).MinBy(item => item.Value);
}
