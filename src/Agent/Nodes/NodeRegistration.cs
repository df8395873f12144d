using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Agent.Nodes;

/// <summary>Everything about this node that does not change while the agent runs.</summary>
/// <param name="Runtimes">RuntimeClass handlers, the default runtime's own first.</param>
internal sealed record NodeIdentity(
    string Name, string Address, IReadOnlyList<string> Runtimes, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, Quantity> Capacity, V1NodeSystemInfo Info);

/// <summary>The node's object at the API: made when it is missing, its labels kept as they have to be, its address range waited for.</summary>
internal sealed class NodeRegistration(IKubernetes client, NodeIdentity identity, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan PollFirst = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PollCap = TimeSpan.FromSeconds(2);

    public async Task<V1Node> RegisterAsync(CancellationToken cancellationToken)
    {
        for (var retry = new RetryDelay(); ;)
        {
            try
            {
                return await TryRegisterAsync(cancellationToken);
            }
            catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.Unauthorized)
            {
                throw new JoinException("the controller does not accept this node's certificate; remove agent.kubeconfig from the data folder to join anew", e);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.NodeCallFailed(logger, "Registration", identity.Name, e.Message);
                await retry.WaitAsync(time, cancellationToken);
            }
        }
    }

    /// <returns>The node's podCIDR, or null when its object is gone.</returns>
    public async Task<string?> WaitForAddressRangeAsync(CancellationToken cancellationToken)
    {
        for (var poll = new RetryDelay(PollFirst, PollCap); ; await poll.WaitAsync(time, cancellationToken))
        {
            try
            {
                var node = await client.CoreV1.ReadNodeAsync(identity.Name, cancellationToken: cancellationToken);
                if (!string.IsNullOrEmpty(node.Spec?.PodCIDR))
                {
                    Log.AddressRange(logger, identity.Name, node.Spec.PodCIDR);
                    return node.Spec.PodCIDR;
                }
            }
            catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
            catch (Exception e) when (e is HttpRequestException or HttpOperationException or IOException)
            {
                Log.NodeCallFailed(logger, "Reading", identity.Name, e.Message);
            }
        }
    }

    private async Task<V1Node> TryRegisterAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await client.CoreV1.CreateNodeAsync(
                new() { Metadata = new() { Name = identity.Name, Labels = Labels() }, Spec = new() }, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Conflict)
        {
            var labels = new JsonObject();
            foreach (var (name, value) in Labels())
            {
                labels[name] = value;
            }
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels } };
            return await client.CoreV1.PatchNodeAsync(
                new V1Patch(patch.ToJsonString(), V1Patch.PatchType.MergePatch), identity.Name, cancellationToken: cancellationToken);
        }
    }

    private Dictionary<string, string> Labels() => new(identity.Labels)
    {
        [WellKnown.HostnameLabel] = identity.Name,
        ["kubernetes.io/os"] = Machine.OperatingSystemName,
        ["kubernetes.io/arch"] = Machine.Architecture,
        [WellKnown.RuntimeLabel] = identity.Runtimes[0],
    };
}
