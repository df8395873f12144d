using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Scheduling;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.ResourceQuotas;

/// <summary>What one object counts for. Pure. Source: Kubernetes documentation, "Resource Quotas".</summary>
internal static class QuotaUsage
{
    private static readonly Quantity One = Quantity.FromInt64(1);

    /// <summary>Plain names of the kinds that had quotas before any kind could have.</summary>
    private static readonly string[] Plain = ["configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas", "secrets", "services"];

    /// <returns>Amounts by the names that a quota's <c>hard</c> has for them.</returns>
    public static Dictionary<string, Quantity> Of(string groupResource, JsonObject tree)
    {
        if (groupResource == "pods")
        {
            return Pod((V1Pod)ModelJson.Decode(tree, typeof(V1Pod)));
        }
        var usage = new Dictionary<string, Quantity>(StringComparer.Ordinal) { [$"count/{groupResource}"] = One };
        if (Plain.Contains(groupResource))
        {
            usage[groupResource] = One;
        }
        if (groupResource == "services")
        {
            Service(usage, tree);
        }
        else if (groupResource == "persistentvolumeclaims")
        {
            Claim(usage, tree);
        }
        return usage;
    }

    /// <summary>Whether a quota of these scopes is about the object.</summary>
    public static bool IsInScope(V1ResourceQuotaSpec spec, string groupResource, JsonObject tree)
    {
        V1ScopedResourceSelectorRequirement[] wanted =
        [
            .. (spec.Scopes ?? []).Select(scope => new V1ScopedResourceSelectorRequirement { ScopeName = scope, OperatorProperty = "Exists" }),
            .. spec.ScopeSelector?.MatchExpressions ?? [],
        ];
        // Scopes are of pods; a scoped quota counts nothing else.
        return wanted.Length == 0 || (groupResource == "pods" && (V1Pod)ModelJson.Decode(tree, typeof(V1Pod)) is { } pod && wanted.All(requirement => Matches(pod, requirement)));
    }

    /// <summary>Compute resources that a quota has and a container of the pod leaves open; those can't be counted.</summary>
    public static IEnumerable<(string Resource, string Container)> Unstated(V1Pod pod, IEnumerable<string> hard)
    {
        foreach (var name in hard.Order(StringComparer.Ordinal))
        {
            var (limits, resource) = name switch
            {
                "cpu" or "memory" => (false, name),
                _ when name.StartsWith("requests.", StringComparison.Ordinal) => (false, name["requests.".Length..]),
                _ when name.StartsWith("limits.", StringComparison.Ordinal) => (true, name["limits.".Length..]),
                _ => (false, ""),
            };
            if (resource is not ("cpu" or "memory" or "ephemeral-storage"))
            {
                continue;
            }
            foreach (var container in pod.Spec.Containers)
            {
                if ((limits ? container.Resources?.Limits : container.Resources?.Requests)?.ContainsKey(resource) != true)
                {
                    yield return (name, container.Name);
                }
            }
        }
    }

    private static Dictionary<string, Quantity> Pod(V1Pod pod)
    {
        var usage = new Dictionary<string, Quantity>(StringComparer.Ordinal) { ["count/pods"] = One };
        if (pod.Status?.Phase is "Succeeded" or "Failed")
        {
            return usage;
        }
        usage["pods"] = One;
        Add("requests.", ResourceAmounts.OfPod(pod.Spec), both: true);
        Add("limits.", ResourceAmounts.OfPod(pod.Spec, static container => container.Resources?.Limits), both: false);
        return usage;

        void Add(string prefix, ResourceAmounts amounts, bool both)
        {
            foreach (var (name, quantity) in new[] { ("cpu", Quantity.FromMilli(amounts.CpuMillicores)), ("memory", Quantity.FromBytes(amounts.MemoryBytes)) }
                .Concat(amounts.Others.Select(pair => (pair.Key, pair.Key == "ephemeral-storage" ? Quantity.FromBytes(pair.Value) : Quantity.FromInt64(pair.Value)))))
            {
                usage[prefix + name] = quantity;
                if (both)
                {
                    usage[name] = quantity;
                }
            }
        }
    }

    private static void Service(Dictionary<string, Quantity> usage, JsonObject tree)
    {
        var type = (string?)tree["spec"]?["type"];
        var ports = (tree["spec"]?["ports"] as JsonArray)?.Count ?? 0;
        usage["services.loadbalancers"] = Quantity.FromInt64(type == "LoadBalancer" ? 1 : 0);
        usage["services.nodeports"] = Quantity.FromInt64(type == "NodePort" || (type == "LoadBalancer" && (bool?)tree["spec"]?["allocateLoadBalancerNodePorts"] != false) ? ports : 0);
    }

    private static void Claim(Dictionary<string, Quantity> usage, JsonObject tree)
    {
        if (Quantity.TryParse(tree["spec"]?["resources"]?["requests"]?["storage"]?.ToString(), out var size))
        {
            usage["requests.storage"] = size;
            if ((string?)tree["spec"]?["storageClassName"] is { Length: > 0 } storage)
            {
                usage[$"{storage}.storageclass.storage.k8s.io/requests.storage"] = size;
                usage[$"{storage}.storageclass.storage.k8s.io/persistentvolumeclaims"] = One;
            }
        }
    }

    private static bool Matches(V1Pod pod, V1ScopedResourceSelectorRequirement requirement) => requirement.ScopeName switch
    {
        "Terminating" => pod.Spec.ActiveDeadlineSeconds is >= 0,
        "NotTerminating" => pod.Spec.ActiveDeadlineSeconds is null,
        "BestEffort" => QosClass.Of(pod.Spec) == "BestEffort",
        "NotBestEffort" => QosClass.Of(pod.Spec) != "BestEffort",
        "PriorityClass" => requirement.OperatorProperty switch
        {
            "In" => requirement.Values?.Contains(pod.Spec.PriorityClassName ?? "") == true,
            "NotIn" => requirement.Values?.Contains(pod.Spec.PriorityClassName ?? "") != true,
            "DoesNotExist" => string.IsNullOrEmpty(pod.Spec.PriorityClassName),
            _ => !string.IsNullOrEmpty(pod.Spec.PriorityClassName),
        },
        "CrossNamespacePodAffinity" => new[] { pod.Spec.Affinity?.PodAffinity?.RequiredDuringSchedulingIgnoredDuringExecution, pod.Spec.Affinity?.PodAntiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution }
            .SelectMany(terms => terms ?? []).Any(term => term.Namespaces is { Count: > 0 } || term.NamespaceSelector is not null),
        _ => false,
    };
}
