using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.Autorest;
using Orchestrator.Agent.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Agent.Runtimes.Hollow;

/// <summary>The credentials that one process acts for many nodes with.</summary>
internal static class HollowCredentials
{
    private const string Needed = "--hollow needs credentials that may act for every node, such as those of the administrator's admin.kubeconfig";

    /// <exception cref="JoinException">Not a kubeconfig, or that of a single node.</exception>
    public static KubernetesClientConfiguration Read(string path)
    {
        var configuration = Kubeconfig.Read(path);
        if (NodeOf(configuration) is { } node)
        {
            throw new JoinException($"--kubeconfig: {path} is the certificate of node {node}, which may act for that node only; {Needed}");
        }
        return configuration;
    }

    /// <summary>Waits until the API answers.</summary>
    /// <exception cref="JoinException">It does not take these credentials.</exception>
    public static async Task CheckAsync(IKubernetes client, string path, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        for (var retry = new RetryDelay(); ;)
        {
            try
            {
                await client.CoreV1.ListNodeAsync(limit: 1, cancellationToken: cancellationToken);
                return;
            }
            catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                throw new JoinException($"--kubeconfig: the controller does not let {path} list nodes ({(int)e.Response.StatusCode}); {Needed}", e);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.ControllerNotReached(logger, e.Message);
                await retry.WaitAsync(time, cancellationToken);
            }
        }
    }

    private static string? NodeOf(KubernetesClientConfiguration configuration)
    {
        if (configuration.ClientCertificateData is not { } data)
        {
            return null;
        }
        using var certificate = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(data)));
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return name.StartsWith(WellKnown.NodeUserPrefix, StringComparison.Ordinal) ? name[WellKnown.NodeUserPrefix.Length..] : null;
    }
}
