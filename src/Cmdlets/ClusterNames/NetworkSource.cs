using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Model;
using Orchestrator.Model.Network;

namespace Orchestrator.Cmdlets;

/// <summary>A pod or a node that the network is looked at from.</summary>
internal sealed record NetworkSource(ResourceKind Kind, string? Namespace, string Name)
{
    /// <param name="pod"><c>pod</c> or <c>namespace/pod</c>.</param>
    /// <param name="node">A node's name.</param>
    /// <param name="namespace">Of a pod that names none.</param>
    /// <returns>Null when neither is given.</returns>
    /// <exception cref="ClusterException">Both are.</exception>
    public static NetworkSource? Parse(string? pod, string? node, string @namespace)
    {
        if (pod is not null && node is not null)
        {
            throw ClusterException.Argument("InvalidArgument", "-FromPod and -FromNode exclude each other.");
        }

        return node is not null ? new(Kinds.Node, null, node)
            : pod?.Split('/', 2) is not { } parts ? null
            : parts is [var own, var name] ? new(Kinds.Pod, own, name) : new(Kinds.Pod, @namespace, pod);
    }

    /// <summary>The nodes that are ready.</summary>
    public static async Task<IReadOnlyList<NetworkSource>> ReadyNodesAsync(ClusterClient client, CancellationToken cancellationToken)
    {
        var nodes = new List<NetworkSource>();
        await foreach (var tree in client.ListAsync(Kinds.Node, null, ListQuery.Everything, cancellationToken))
        {
            var node = new Node(Kinds.Node, tree, client.Context.Name);
            if (node.Status.StartsWith("Ready", StringComparison.Ordinal))
            {
                nodes.Add(new(Kinds.Node, null, node.Name));
            }
        }

        return nodes.Count > 0 ? nodes : throw ClusterException.Argument("NoReadyNode", "No node is ready: there is nowhere to look from.");
    }

    /// <param name="client">The cluster.</param>
    /// <param name="namespace">Which namespace's pod a node stands for.</param>
    /// <param name="lookups">Names.</param>
    /// <param name="connections">Addresses.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<NetworkReport> AskAsync(
        ClusterClient client, string @namespace, IReadOnlyList<NameQuestion> lookups, IReadOnlyList<ConnectionTarget> connections, CancellationToken cancellationToken)
    {
        var probe = new NetworkProbe(Kind.Namespaced ? null : @namespace, lookups, connections);
        var body = (JsonObject)JsonSerializer.SerializeToNode(probe, NetworkJson.Default.NetworkProbe)!; // An object, as probes are.
        var answer = await client.PostAsync(Kind, Namespace, Name, NetworkProbe.Path, body, cancellationToken);
        return answer.Deserialize(NetworkJson.Default.NetworkReport) ?? new([], []);
    }

    /// <summary><c>pod/shop/web-0</c>, <c>node/n1</c>.</summary>
    public override string ToString() => Kind.Namespaced ? $"pod/{Namespace}/{Name}" : $"node/{Name}";
}
