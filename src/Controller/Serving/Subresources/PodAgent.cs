using k8s.Models;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Subresources;

/// <summary>The way from a request about a pod to the pod's agent.</summary>
internal sealed record PodAgent(V1Pod Pod, string Node, NodeTunnel Tunnel)
{
    /// <exception cref="ApiException">Not found.</exception>
    public static V1Pod PodOf(ApiContext context) =>
        context.Api.Get(context.Request.Kind, context.Request.Namespace, context.Request.Name!).Decode<V1Pod>(); // A subresource has a named object.

    /// <exception cref="ApiException">Not yet on a node, or its node's agent is away.</exception>
    public static async Task<PodAgent> FindAsync(V1Pod pod, TunnelRegistry tunnels, CancellationToken cancellationToken) => string.IsNullOrEmpty(pod.Spec.NodeName)
        ? throw ApiException.BadRequest($"pod {pod.Metadata.Name} does not have a host assigned")
        : new(pod, pod.Spec.NodeName, await tunnels.GetAsync(pod.Spec.NodeName, cancellationToken).ConfigureAwait(false));

    /// <summary>The container meant: the one asked for, the annotated default, or the only one.</summary>
    public static string Container(V1Pod pod, string? asked)
    {
        var names = pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).Select(container => container.Name).ToArray();
        if (!string.IsNullOrEmpty(asked))
        {
            return names.Contains(asked) ? asked : throw ApiException.BadRequest($"container {asked} is not valid for pod {pod.Metadata.Name}");
        }
        if (pod.Metadata.Annotations?.TryGetValue("kubectl.kubernetes.io/default-container", out var main) == true && names.Contains(main))
        {
            return main;
        }
        return names.Length == 1 ? names[0]
            : throw ApiException.BadRequest($"a container name must be specified for pod {pod.Metadata.Name}, choose one of: [{string.Join(' ', names)}]");
    }

    /// <summary><c>what/namespace/pod[/container]</c></summary>
    public string Path(string what, params ReadOnlySpan<string> more)
    {
        var path = $"{what}/{Uri.EscapeDataString(Pod.Metadata.NamespaceProperty)}/{Uri.EscapeDataString(Pod.Metadata.Name)}";
        foreach (var part in more)
        {
            path += $"/{Uri.EscapeDataString(part)}";
        }
        return path;
    }

    /// <summary>Opens a stream to the agent.</summary>
    /// <exception cref="ApiException">The agent refused, or went away.</exception>
    public async Task<AgentStream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await AgentStream.OpenAsync(Tunnel, path, cancellationToken).ConfigureAwait(false);
        }
        catch (AgentRefusedException refused)
        {
            throw refused.ToApi();
        }
        catch (Exception problem) when (IsBroken(problem, cancellationToken))
        {
            throw Broken();
        }
    }

    public ApiException Broken() => ApiException.Unavailable($"the connection to the agent of node \"{Node}\" broke");

    /// <summary>Whether the tunnel's end is what this tells, and not the end of whoever asked.</summary>
    public bool IsBroken(Exception problem, CancellationToken aborted) => problem is HttpRequestException or IOException
        || (problem is OperationCanceledException && (Tunnel.Closed.IsCancellationRequested || !aborted.IsCancellationRequested));
}
