using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model;

namespace Orchestrator.Agent.Nodes;

/// <summary>
/// Kubernetes' TLS bootstrap: a token buys one certificate, whose key never leaves this machine. It is done once; from then on the node's own
/// kubeconfig is all it needs.
/// </summary>
internal sealed class NodeJoin(string nodeName, string kubeconfigPath, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan PollFirst = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PollCap = TimeSpan.FromSeconds(2);

    /// <exception cref="JoinException">The request was turned down, or the bootstrap kubeconfig is of no use.</exception>
    public async Task JoinAsync(KubernetesClientConfiguration bootstrap, CancellationToken cancellationToken)
    {
        using var client = new Kubernetes(bootstrap);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = await RequestAsync(client, key, cancellationToken);
        Log.WaitingForCertificate(logger, nodeName, name);
        var certificate = await WaitAsync(client, name, cancellationToken);
        var authority = string.Concat((bootstrap.SslCaCerts ?? []).Select(ca => ca.ExportCertificatePem() + "\n"));
        OwnerOnly.WriteAtomically(kubeconfigPath, Encoding.UTF8.GetBytes(
            Describe(bootstrap.Host, authority, Encoding.UTF8.GetString(certificate), key.ExportPkcs8PrivateKeyPem()).ToJsonString()));
        Log.Joined(logger, nodeName, bootstrap.Host);
    }

    private async Task<string> RequestAsync(Kubernetes client, ECDsa key, CancellationToken cancellationToken)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName(WellKnown.NodeGroup);
        subject.AddCommonName(WellKnown.NodeUserPrefix + nodeName);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        for (var retry = new RetryDelay(); ;)
        {
            try
            {
                var created = await client.CertificatesV1.CreateCertificateSigningRequestAsync(
                    new()
                    {
                        Metadata = new() { GenerateName = "node-csr-" },
                        Spec = new()
                        {
                            Request = Encoding.ASCII.GetBytes(request.CreateSigningRequestPem()),
                            SignerName = WellKnown.KubeletClientSigner,
                            Usages = ["digital signature", "client auth"],
                        },
                    },
                    cancellationToken: cancellationToken);
                return created.Metadata.Name;
            }
            catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                throw new JoinException($"{client.BaseUri} does not accept the join token: it is wrong or has expired ({(int)e.Response.StatusCode})", e);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
            {
                throw new JoinException($"{client.BaseUri} is not trusted: its certificate is not of the authority that the bootstrap kubeconfig names", e);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or HttpOperationException && !cancellationToken.IsCancellationRequested)
            {
                Log.NodeCallFailed(logger, "Join", nodeName, e.Message);
                await retry.WaitAsync(time, cancellationToken);
            }
        }
    }

    private async Task<byte[]> WaitAsync(Kubernetes client, string name, CancellationToken cancellationToken)
    {
        for (var poll = new RetryDelay(PollFirst, PollCap); ; await poll.WaitAsync(time, cancellationToken))
        {
            try
            {
                var request = await client.CertificatesV1.ReadCertificateSigningRequestAsync(name, cancellationToken: cancellationToken);
                if (request.Status?.Conditions?.FirstOrDefault(c => c.Type is "Denied" or "Failed") is { } refusal)
                {
                    throw new JoinException($"certificate request {name} was turned down: {refusal.Message ?? refusal.Reason ?? refusal.Type}");
                }
                if (request.Status?.Certificate is { Length: > 0 } certificate)
                {
                    return certificate;
                }
            }
            catch (HttpRequestException e)
            {
                Log.NodeCallFailed(logger, "Join", nodeName, e.Message);
            }
        }
    }

    // JSON is YAML, so this is a kubeconfig that every Kubernetes tool reads.
    private JsonObject Describe(string server, string authority, string certificate, string key) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Config",
        ["clusters"] = new JsonArray(new JsonObject
        {
            ["name"] = "default",
            ["cluster"] = new JsonObject { ["server"] = server, ["certificate-authority-data"] = Base64(authority) },
        }),
        ["users"] = new JsonArray(new JsonObject
        {
            ["name"] = "node",
            ["user"] = new JsonObject { ["client-certificate-data"] = Base64(certificate), ["client-key-data"] = Base64(key) },
        }),
        ["contexts"] = new JsonArray(new JsonObject
        {
            ["name"] = nodeName,
            ["context"] = new JsonObject { ["cluster"] = "default", ["user"] = "node" },
        }),
        ["current-context"] = nodeName,
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
