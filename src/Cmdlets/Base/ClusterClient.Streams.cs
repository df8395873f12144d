using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using k8s;
using k8s.Autorest;

namespace Orchestrator.Cmdlets;

/// <summary>Connections to pods.</summary>
internal sealed partial class ClusterClient
{
    /// <summary>Runs a command in a container. Version 5 of the protocol (Kubernetes 1.30) is asked for: no earlier one can tell that the input has ended.</summary>
    public Task<PodConnection> ExecAsync(ObjectTarget pod, PodCommand command, CancellationToken cancellationToken) => ConnectAsync(
        pod,
        () => _api.WebSocketNamespacedPodExecAsync(pod.Name, pod.Namespace, command.Command, command.Container, stderr: !command.Tty, stdin: command.Input,
            stdout: true, tty: command.Tty, webSocketSubProtocol: WebSocketProtocol.V5BinaryWebsocketProtocol, cancellationToken: cancellationToken),
        "exec" + Query.Of([("container", command.Container), ("stdout", "true"), .. command.Command.Select(part => ("command", (string?)part))]),
        cancellationToken);

    /// <summary>Connects to one port of a pod.</summary>
    public Task<PodConnection> ForwardAsync(ObjectTarget pod, int port, CancellationToken cancellationToken) => ConnectAsync(
        pod,
        () => _api.WebSocketNamespacedPodPortForwardAsync(pod.Name, pod.Namespace, [port], WebSocketProtocol.V4BinaryWebsocketProtocol, null, cancellationToken),
        $"portforward?ports={port}",
        cancellationToken);

    private async Task<PodConnection> ConnectAsync(ObjectTarget pod, Func<Task<WebSocket>> connect, string subresource, CancellationToken cancellationToken)
    {
        try
        {
            return new(await connect().ConfigureAwait(false));
        }
        catch (WebSocketException refused) when (refused.WebSocketErrorCode == WebSocketError.NotAWebSocket)
        {
            throw await WhyAsync(pod, subresource, refused.Message, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException broken)
        {
            throw new HttpRequestException(broken.InnerException?.Message ?? broken.Message, broken);
        }
        catch (HttpOperationException refused)
        {
            throw ClusterRequestException.From(refused.Response.StatusCode, refused.Response.Content ?? "", pod.Kind.Kind);
        }
    }

    /// <summary>
    /// A WebSocket's client keeps the answer of a server that refuses to itself. The same asked plainly (which runs nothing, as it opens no streams)
    /// is refused with the same words, unless only the agent could tell.
    /// </summary>
    private async Task<ClusterRequestException> WhyAsync(ObjectTarget pod, string subresource, string known, CancellationToken cancellationToken)
    {
        try
        {
            var path = new StringBuilder(Path(pod.Kind, pod.Namespace, pod.Name)).Append('/').Append(subresource).ToString();
            using var answer = await RequestAsync(HttpMethod.Get, path, pod.Kind, null, cancellationToken).ConfigureAwait(false);
        }
        catch (ClusterRequestException told) when (!told.Message.Contains("Upgrade request required", StringComparison.OrdinalIgnoreCase))
        {
            return told;
        }
        catch (ClusterRequestException)
        {
            // All was well but for the upgrade: the refusal came from further on.
        }

        return new(HttpStatusCode.BadRequest, "BadRequest", known, pod.Kind.Kind, []);
    }
}
