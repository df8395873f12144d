using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;

namespace Orchestrator.Cmdlets;

/// <summary>Connections to pods.</summary>
internal sealed partial class ClusterClient
{
    /// <summary>Runs a command in a container.</summary>
    public Task<PodConnection> ExecAsync(ObjectTarget pod, PodCommand command, CancellationToken cancellationToken) => ConnectAsync(pod, () =>
        _api.WebSocketNamespacedPodExecAsync(pod.Name, pod.Namespace, command.Command, command.Container, stderr: !command.Tty, stdin: command.Input,
            stdout: true, tty: command.Tty, cancellationToken: cancellationToken));

    /// <summary>Connects to one port of a pod.</summary>
    public Task<PodConnection> ForwardAsync(ObjectTarget pod, int port, CancellationToken cancellationToken) => ConnectAsync(pod, () =>
        _api.WebSocketNamespacedPodPortForwardAsync(pod.Name, pod.Namespace, [port], WebSocketProtocol.V4BinaryWebsocketProtocol, null, cancellationToken));

    private static async Task<PodConnection> ConnectAsync(ObjectTarget pod, Func<Task<WebSocket>> connect)
    {
        try
        {
            return new(await connect());
        }
        catch (KubernetesException refused) when (refused.Status is { } status)
        {
            throw ClusterRequestException.From((HttpStatusCode)(status.Code ?? 500), new JsonObject { ["reason"] = status.Reason, ["message"] = status.Message }, pod.Kind.Kind);
        }
        catch (HttpOperationException refused)
        {
            throw ClusterRequestException.From(refused.Response.StatusCode, refused.Response.Content ?? "", pod.Kind.Kind);
        }
        catch (WebSocketException broken)
        {
            throw new HttpRequestException(broken.InnerException?.Message ?? broken.Message, broken);
        }
    }
}
