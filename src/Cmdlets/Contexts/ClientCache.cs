using System.Collections.Concurrent;
using k8s;
using k8s.Exceptions;

namespace Orchestrator.Cmdlets;

/// <summary>One connection per context for the whole session; a new one when the context's file changes.</summary>
internal static class ClientCache
{
    /// <summary>Longest wait for a response's headers.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(100);

    private static readonly ConcurrentDictionary<ClusterContext, (DateTime Written, ClusterClient Client)> Clients = new();

    public static ClusterClient Get(ClusterContext context)
    {
        var key = context with { IsCurrent = false };
        var written = File.GetLastWriteTimeUtc(context.KubeConfig);
        if (Clients.TryGetValue(key, out var known) && known.Written == written)
        {
            return known.Client;
        }

        var client = new ClusterClient(key, Configuration(key));
        // The one it replaces may still serve another runspace; the finalizer takes its sockets.
        Clients[key] = (written, client);
        return client;
    }

    private static KubernetesClientConfiguration Configuration(ClusterContext context)
    {
        try
        {
            var configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(KubeConfigFile.Load(context.KubeConfig), context.Name);
            configuration.HttpClientTimeout = RequestTimeout;
            return configuration;
        }
        catch (KubeConfigException exception)
        {
            throw new ClusterException(
                "InvalidKubeConfig", System.Management.Automation.ErrorCategory.InvalidData,
                $"The context \"{context.Name}\" of {context.KubeConfig} can't be used: {exception.Message}", exception);
        }
    }
}
