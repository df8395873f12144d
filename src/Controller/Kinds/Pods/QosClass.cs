using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>A pod's quality of service. Source: Kubernetes documentation, "Pod Quality of Service Classes".</summary>
internal static class QosClass
{
    private static readonly string[] Counted = ["cpu", "memory"];

    public static string Of(V1PodSpec spec)
    {
        var containers = (spec.Containers ?? []).Concat(spec.InitContainers ?? []).ToArray();
        var any = containers.Any(container => Counted.Any(name => Has(container.Resources?.Requests, name) || Has(container.Resources?.Limits, name)));
        if (!any)
        {
            return "BestEffort";
        }
        var guaranteed = containers.All(container => Counted.All(name =>
            Has(container.Resources?.Limits, name) && (!Has(container.Resources?.Requests, name)
                || Value(container.Resources!.Requests, name) == Value(container.Resources.Limits, name)))); // Requests were found in it.
        return guaranteed ? "Guaranteed" : "Burstable";
    }

    private static bool Has(IDictionary<string, ResourceQuantity>? list, string name) => list?.ContainsKey(name) == true;
    private static Quantity Value(IDictionary<string, ResourceQuantity> list, string name) => Quantity.Parse(list[name].ToString());
}
