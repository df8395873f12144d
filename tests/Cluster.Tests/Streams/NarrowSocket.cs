using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using Xunit;

namespace Orchestrator.Cluster.Tests.Streams;

/// <summary>A client whose machine holds next to nothing of what it does not read, so that those behind it soon have to.</summary>
internal static class NarrowSocket
{
    private const int ReceiveBufferBytes = 4096;

    public static async Task<ClientWebSocket> ExecAsync(KubernetesClientConfiguration configuration, string pod, params string[] command)
    {
        var server = new Uri(configuration.Host);
        using var invoker = new HttpMessageInvoker(Handler(configuration));
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("v5.channel.k8s.io");
        var query = string.Join('&', command.Select(word => $"command={Uri.EscapeDataString(word)}"));
        await socket.ConnectAsync(
            new Uri($"wss://{server.Authority}/api/v1/namespaces/default/pods/{pod}/exec?stdout=true&{query}"), invoker, TestContext.Current.CancellationToken);
        return socket;
    }

    private static SocketsHttpHandler Handler(KubernetesClientConfiguration configuration)
    {
        using var pem = X509Certificate2.CreateFromPem(
            Encoding.UTF8.GetString(Convert.FromBase64String(configuration.ClientCertificateData)),
            Encoding.UTF8.GetString(Convert.FromBase64String(configuration.ClientCertificateKeyData)));
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        return new()
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            },
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = ReceiveBufferBytes };
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
    }
}
