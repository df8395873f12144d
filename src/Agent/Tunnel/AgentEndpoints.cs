using Orchestrator.Agent.Metrics;
using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Volumes.Persistent;

namespace Orchestrator.Agent.Tunnel;

/// <summary>What the agent answers through its tunnel, once it has pods to answer about.</summary>
internal sealed record AgentEndpoints(LogsEndpoint Logs, StreamsEndpoint Streams, PortForwardEndpoint PortForward, UsageEndpoint Usage, VolumesEndpoint Volumes, NetworkEndpoint Network, MetricsEndpoint Metrics)
{
    public static AgentEndpoints Make(PodTable pods, RuntimeSet runtimes, UsageSampler usage, VolumeUsages volumes, ServiceNetwork network, TimeProvider time, ILoggerFactory loggers)
    {
        var lookup = new PodLookup(pods, runtimes);
        return new(new(lookup, time), new(lookup, loggers.CreateLogger<StreamsEndpoint>()), new(lookup), new(usage), new(volumes),
            new(lookup, network, new(network.Proxy, time), time), new(volumes));
    }
}
