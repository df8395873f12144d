using k8s.Models;
using Orchestrator.Controller.Scheduling;

namespace Orchestrator.Controller.Tests.Scheduling;

/// <summary>The engine with nodes and pods put straight into it.</summary>
internal sealed class TestScheduling
{
    private int _pods;

    public TestScheduling(SchedulerOptions? options = null) => Engine = new(
        options ?? new(), name => name == "process" ? new V1RuntimeClass { Handler = "process" } : null, Namespaces.GetValueOrDefault);

    public Engine Engine { get; }

    /// <summary>Their labels.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, string>> Namespaces { get; } = [];

    public NodeInfo Node(string name, string cpu = "2", Action<V1Node>? change = null, params string[] labels)
    {
        var node = new V1Node
        {
            Metadata = new() { Name = name, Labels = Labels([.. labels, $"kubernetes.io/hostname={name}"]) },
            Spec = new(),
            Status = new()
            {
                Allocatable = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu), ["memory"] = new("4Gi"), ["pods"] = new("110") },
                Conditions = [new() { Type = "Ready", Status = "True" }],
                RuntimeHandlers = [new() { Name = "" }, new() { Name = "process" }],
            },
        };
        change?.Invoke(node);
        Engine.State.SetNode(name, node);
        return Engine.State.FindNode(name)!; // Just set.
    }

    /// <summary>Puts a pod on a node.</summary>
    public PodInfo Put(string node, PodClass pod, bool terminating = false)
    {
        var name = $"p{_pods++}";
        var placed = new PodInfo(new("pods", pod.Namespace, name), name, pod, node, terminating);
        Engine.State.Place(placed);
        return placed;
    }

    public string? Choose(PodClass pod) => Engine.Placement.Choose(pod).Node?.Name;

    public string Explain(PodClass pod) => Engine.Placement.Explain(pod);

    public static PodClass Class(Action<V1PodSpec>? change = null, string controller = "", string @namespace = "default", params string[] labels)
    {
        var spec = new V1PodSpec { Containers = [new() { Name = "c" }], SchedulerName = "default-scheduler" };
        change?.Invoke(spec);
        var owners = controller.Length == 0 ? null : new List<V1OwnerReference> { new() { Controller = true, Uid = controller, Kind = "ReplicaSet", Name = "rs", ApiVersion = "apps/v1" } };
        return PodClass.Of(new V1Pod { Metadata = new() { Name = "p", NamespaceProperty = @namespace, OwnerReferences = owners, Labels = Labels(labels) }, Spec = spec });
    }

    public static V1ResourceRequirements Requests(string cpu, string memory) =>
        new() { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu), ["memory"] = new(memory) } };

    public static V1LabelSelector Selector(params string[] labels) => new() { MatchLabels = Labels(labels) };

    public static V1PodAffinityTerm Term(string key, params string[] labels) => new() { TopologyKey = key, LabelSelector = Selector(labels) };

    private static Dictionary<string, string> Labels(string[] labels) => labels.Select(label => label.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
}
