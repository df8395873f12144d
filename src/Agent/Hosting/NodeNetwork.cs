using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Networking.Proxy;
using Orchestrator.Agent.Nodes;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model;

namespace Orchestrator.Agent.Hosting;

/// <summary>The network of this node, from its options and runtimes.</summary>
internal static class NodeNetwork
{
    public static Task<ServiceNetwork> MakeAsync(
        AgentOptions options, NodeIdentity identity, RuntimeSet runtimes, EventRecorder events, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var settings = new NetworkSettings(
            identity.Name, identity.Address, options.DataFolder, options.ServesDns ? options.ClusterDomain : null, options.Proxy, runtimes.Default.Name == WellKnown.DockerRuntime);
        return ServiceNetwork.MakeAsync(settings, Tell, TellRange, time, logger, cancellationToken);

        void TellRange(string problem) => events.Publish(
            new() { ApiVersion = "v1", Kind = "Node", Name = identity.Name, Uid = identity.Name }, "kubelet", EventTypes.Warning, "PodCIDROverlaps", problem);

        void Tell(ServiceState state, ProxyFault fault) => events.Publish(
            new()
            {
                ApiVersion = "v1", Kind = "Service", Name = state.Name.Name, NamespaceProperty = state.Name.Namespace, Uid = state.Service.Metadata.Uid,
                ResourceVersion = state.Service.Metadata.ResourceVersion,
            },
            "service-proxy", EventTypes.Warning, fault.Reason, fault.Message);
    }
}
