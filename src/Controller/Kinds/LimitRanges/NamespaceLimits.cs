using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Scheduling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.LimitRanges;

/// <summary>Holds new pods and claims against the LimitRanges of their namespace, and gives containers what those have as a default. Source: Kubernetes documentation, "Limit Ranges".</summary>
internal static class NamespaceLimits
{
    private static readonly ResourceKind Ranges = Catalog.ForType<V1LimitRange>();

    /// <summary>Fills in what the containers of a new pod leave open.</summary>
    public static void Default(ObjectCache cache, ResourceKind kind, string? @namespace, JsonObject tree)
    {
        if (kind is not { Group: "", Kind: "Pod" } || tree["spec"] is not JsonObject spec)
        {
            return;
        }
        foreach (var limit in Limits(cache, @namespace, "Container"))
        {
            foreach (var container in new[] { "initContainers", "containers" }.SelectMany(field => (spec[field] as JsonArray)?.OfType<JsonObject>() ?? []))
            {
                var stated = (container["resources"]?["limits"] as JsonObject)?.Select(pair => pair.Key).ToHashSet() ?? [];
                // A stated limit is the request too, where none is stated: that comes before a default request.
                Fill(container, "requests", limit.DefaultRequest?.Where(pair => !stated.Contains(pair.Key)));
                Fill(container, "limits", limit.DefaultProperty);
            }
        }
    }

    /// <exception cref="ApiException">Forbidden: something is out of a range.</exception>
    public static void Check(ObjectCache cache, ResourceKind kind, string? @namespace, JsonObject tree)
    {
        var problems = new List<string>();
        if (kind is { Group: "", Kind: "Pod" })
        {
            var ranges = Limits(cache, @namespace, "Container").Concat(Limits(cache, @namespace, "Pod")).ToArray();
            if (ranges.Length == 0)
            {
                return;
            }
            var pod = (V1Pod)ModelJson.Decode(tree, typeof(V1Pod));
            foreach (var limit in ranges)
            {
                if (limit.Type == "Pod")
                {
                    Judge(limit, Amounts(ResourceAmounts.OfPod(pod.Spec)), Amounts(ResourceAmounts.OfPod(pod.Spec, static container => container.Resources?.Limits)), problems);
                    continue;
                }
                foreach (var container in (pod.Spec.InitContainers ?? []).Concat(pod.Spec.Containers))
                {
                    Judge(limit, Read(container.Resources?.Requests), Read(container.Resources?.Limits), problems);
                }
            }
        }
        else if (kind is { Group: "", Kind: "PersistentVolumeClaim" } && Quantity.TryParse(tree["spec"]?["resources"]?["requests"]?["storage"]?.ToString(), out var size))
        {
            var asked = new Dictionary<string, Quantity> { ["storage"] = size };
            foreach (var limit in Limits(cache, @namespace, "PersistentVolumeClaim"))
            {
                Judge(limit, asked, asked, problems);
            }
        }
        if (problems.Count > 0)
        {
            throw ApiException.Forbidden(kind, (string?)tree["metadata"]?["name"], problems.Count == 1 ? problems[0] : $"[{string.Join(", ", problems)}]");
        }
    }

    private static void Judge(V1LimitRangeItem limit, Dictionary<string, Quantity> requests, Dictionary<string, Quantity> limits, List<string> problems)
    {
        foreach (var (name, least) in Read(limit.Min))
        {
            if (!requests.TryGetValue(name, out var request))
            {
                problems.Add($"minimum {name} usage per {limit.Type} is {least}.  No request is specified");
            }
            else if (request < least)
            {
                problems.Add($"minimum {name} usage per {limit.Type} is {least}, but request is {request}");
            }
        }
        foreach (var (name, most) in Read(limit.Max))
        {
            if (!limits.TryGetValue(name, out var stated))
            {
                problems.Add($"maximum {name} usage per {limit.Type} is {most}.  No limit is specified");
            }
            else if (stated > most)
            {
                problems.Add($"maximum {name} usage per {limit.Type} is {most}, but limit is {stated}");
            }
        }
        foreach (var (name, ratio) in Read(limit.MaxLimitRequestRatio))
        {
            if (requests.TryGetValue(name, out var request) && limits.TryGetValue(name, out var stated) && request > Quantity.Zero)
            {
                var provided = (double)stated.ToMilliCeiling() / request.ToMilliCeiling();
                if (provided > ratio.ToMilliCeiling() / 1000.0)
                {
                    problems.Add($"{name} max limit to request ratio per {limit.Type} is {ratio}, but provided ratio is {provided.ToString("F6", CultureInfo.InvariantCulture)}");
                }
            }
            else
            {
                problems.Add($"{name} max limit to request ratio per {limit.Type} is {ratio}, but no request is specified or request is 0");
            }
        }
    }

    private static IEnumerable<V1LimitRangeItem> Limits(ObjectCache cache, string? @namespace, string type) => @namespace is null ? []
        : cache.List(new(Ranges.GroupResource, @namespace)).Items.SelectMany(item => item.Decode<V1LimitRange>().Spec?.Limits ?? []).Where(limit => limit.Type == type);

    private static void Fill(JsonObject container, string field, IEnumerable<KeyValuePair<string, ResourceQuantity>>? defaults)
    {
        foreach (var (name, quantity) in defaults ?? [])
        {
            if (container["resources"] is not JsonObject resources)
            {
                container["resources"] = resources = [];
            }
            if (resources[field] is not JsonObject list)
            {
                resources[field] = list = [];
            }
            if (!list.ContainsKey(name))
            {
                list[name] = quantity.ToString();
            }
        }
    }

    private static Dictionary<string, Quantity> Read(IDictionary<string, ResourceQuantity>? list) =>
        (list ?? new Dictionary<string, ResourceQuantity>()).ToDictionary(pair => pair.Key, pair => Quantity.Parse(pair.Value.ToString()));

    private static Dictionary<string, Quantity> Amounts(ResourceAmounts amounts)
    {
        var result = amounts.Others.ToDictionary(pair => pair.Key, pair => Quantity.FromInt64(pair.Value));
        if (amounts.CpuMillicores > 0)
        {
            result["cpu"] = Quantity.FromMilli(amounts.CpuMillicores);
        }
        if (amounts.MemoryBytes > 0)
        {
            result["memory"] = Quantity.FromBytes(amounts.MemoryBytes);
        }
        return result;
    }
}
