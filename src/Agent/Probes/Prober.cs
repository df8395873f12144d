using System.Globalization;
using System.Net.Sockets;
using k8s.Models;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Probes;

/// <summary>Who is asked: a container of a pod with an address.</summary>
internal sealed record ProbeTarget(V1Container Container, string ContainerId, string Address, IContainerRuntime Runtime);

/// <summary>Asks once, by HTTP, TCP, a command or gRPC; hooks use the first three.</summary>
internal sealed class Prober : IDisposable
{
    private const int OutputLimit = 1024;

    // Each probe is a connection of its own: one that is kept open would show no listener that is gone.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.Zero,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
#pragma warning disable CA5359 // As the kubelet: the pod's own certificate, for whatever name, proves nothing and is asked nothing.
        SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly HttpClient _grpc = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false, ActivityHeadersPropagator = null })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly TimeProvider _time;

    public Prober(TimeProvider time) => _time = time;

    public async Task<ProbeResult> ProbeAsync(
        ProbeTarget target, V1HTTPGetAction? http, V1TCPSocketAction? tcp, V1ExecAction? exec, V1GRPCAction? grpc, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return http is not null ? await GetAsync(target, http, either.Token)
                : tcp is not null ? await ConnectAsync(target, tcp, either.Token)
                : exec is not null ? await ExecAsync(target, exec, timeout, cancellationToken)
                : grpc is not null ? await GrpcHealth.CheckAsync(_grpc, target.Address, grpc, either.Token)
                : ProbeResult.Failed("the probe names neither httpGet, tcpSocket, exec nor grpc");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeResult.Failed(string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.#}s"));
        }
        catch (RuntimeUnavailableException e)
        {
            return ProbeResult.Unknown(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it was, the container is asked again: a loop that ended here would leave its last answer standing for good.
            return ProbeResult.Failed(e.Message);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _grpc.Dispose();
    }

    private async Task<ProbeResult> GetAsync(ProbeTarget target, V1HTTPGetAction action, CancellationToken cancellationToken)
    {
        var path = string.IsNullOrEmpty(action.Path) ? "/" : action.Path.StartsWith('/') ? action.Path : $"/{action.Path}";
        var scheme = string.Equals(action.Scheme, "HTTPS", StringComparison.OrdinalIgnoreCase) ? "https" : "http";
        var host = string.IsNullOrEmpty(action.Host) ? target.Address : action.Host;
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(
            CultureInfo.InvariantCulture, $"{scheme}://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{Port(target, action.Port)}{path}"));
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.32");
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        foreach (var header in action.HttpHeaders ?? [])
        {
            if (string.Equals(header.Name, "Host", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers.Host = header.Value;
            }
            else
            {
                request.Headers.Remove(header.Name);
                request.Headers.TryAddWithoutValidation(header.Name, header.Value);
            }
        }
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var code = (int)response.StatusCode;
        return code is >= 200 and < 400
            ? ProbeResult.Passed
            : ProbeResult.Failed(string.Create(CultureInfo.InvariantCulture, $"HTTP probe failed with statuscode: {code}"));
    }

    private static async Task<ProbeResult> ConnectAsync(ProbeTarget target, V1TCPSocketAction action, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(string.IsNullOrEmpty(action.Host) ? target.Address : action.Host, Port(target, action.Port), cancellationToken);
        return ProbeResult.Passed;
    }

    private static async Task<ProbeResult> ExecAsync(ProbeTarget target, V1ExecAction action, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var result = await target.Runtime.ExecAsync(target.ContainerId, [.. action.Command ?? []], timeout, cancellationToken);
        return result.TimedOut ? ProbeResult.Failed(string.Create(CultureInfo.InvariantCulture, $"command timed out after {timeout.TotalSeconds:0.#}s"))
            : result.ExitCode == 0 ? ProbeResult.Passed
            : ProbeResult.Failed(result.Output.Length > OutputLimit ? result.Output[..OutputLimit] : result.Output);
    }

    /// <summary>A port's number, or the one the container gave that name.</summary>
    private static int Port(ProbeTarget target, IntOrString port) =>
        int.TryParse(port.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : target.Container.Ports?.FirstOrDefault(named => named.Name == port.ToString())?.ContainerPort
        ?? throw new FormatException($"container {target.Container.Name} has no port named \"{port}\"");
}
