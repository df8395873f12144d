using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using k8s.Models;
using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Orchestrator.Model.Network;

namespace Orchestrator.Controller.Serving.Subresources;

/// <summary><c>pods/network</c>, <c>nodes/network</c>: names looked up and connections made from there, by the agent.</summary>
internal static class NetworkResource
{
    public static async Task HandleAsync(ApiContext context, TunnelRegistry tunnels)
    {
        if (context.Request.Verb != "create")
        {
            throw ApiException.MethodNotAllowed();
        }
        var body = await CreateVerb.ReadAsync(context.Http).ConfigureAwait(false);
        Check(body);
        var (node, path) = Place(context);
        var tunnel = await tunnels.GetAsync(node, context.Aborted).ConfigureAwait(false);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await tunnel.SendAsync(message, context.Aborted).ConfigureAwait(false);
            var text = await answer.Content.ReadAsByteArrayAsync(context.Aborted).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw new AgentRefusedException(answer.StatusCode, System.Text.Encoding.UTF8.GetString(text)).ToApi();
            }
            await JsonResponse.WriteAsync(context.Http, StatusCodes.Status201Created, text).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException && !context.Aborted.IsCancellationRequested)
        {
            throw ApiException.Unavailable($"the connection to the agent of node \"{node}\" broke");
        }
    }

    private static (string Node, string Path) Place(ApiContext context)
    {
        var request = context.Request;
        var found = context.Api.Get(request.Kind, request.Namespace, request.Name!); // A subresource has a named object.
        if (request.Kind.Kind == "Node")
        {
            return (request.Name!, NetworkProbe.Path);
        }
        var pod = found.Decode<V1Pod>();
        return string.IsNullOrEmpty(pod.Spec.NodeName)
            ? throw ApiException.BadRequest($"pod {pod.Metadata.Name} does not have a host assigned")
            : (pod.Spec.NodeName, $"{NetworkProbe.Path}/{Uri.EscapeDataString(pod.Metadata.NamespaceProperty)}/{Uri.EscapeDataString(pod.Metadata.Name)}");
    }

    /// <summary>What is no probe is told before an agent is asked.</summary>
    private static void Check(byte[] body)
    {
        NetworkProbe? probe;
        try
        {
            probe = JsonSerializer.Deserialize(body, NetworkJson.Default.NetworkProbe);
        }
        catch (JsonException problem)
        {
            throw ApiException.BadRequest($"the body is no network probe: {problem.Message}");
        }
        if (probe?.Lookups?.Count > NetworkProbe.MaxLookups)
        {
            throw ApiException.BadRequest($"lookups: must have at most {NetworkProbe.MaxLookups} items");
        }
        if (probe?.Connections?.Count > NetworkProbe.MaxConnections)
        {
            throw ApiException.BadRequest($"connections: must have at most {NetworkProbe.MaxConnections} items");
        }
        foreach (var (target, index) in (probe?.Connections ?? []).Select((target, index) => (target, index)))
        {
            if (!IPAddress.TryParse(target?.Address, out _) || target.Port is < 1 or > ushort.MaxValue)
            {
                throw ApiException.BadRequest($"connections[{index}]: Invalid value: an IP address and a port from 1 to 65535 are needed");
            }
        }
        if (probe?.Lookups?.Any(question => string.IsNullOrEmpty(question?.Name)) == true)
        {
            throw ApiException.BadRequest("lookups: each needs a name");
        }
    }
}
