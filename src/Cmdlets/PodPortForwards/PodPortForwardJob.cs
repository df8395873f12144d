using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Ports of this machine that lead to a pod's, for as long as the job runs. Receive-Job shows connections that failed; Stop-Job closes the ports.
/// </summary>
public sealed class PodPortForwardJob : Job
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ClusterClient _client;
    private readonly ObjectTarget _pod;
    private readonly List<(TcpListener Listener, int RemotePort)> _listeners = [];
    private int _ended;

    /// <exception cref="ClusterException">A local port cannot be taken.</exception>
    internal PodPortForwardJob(string command, ClusterClient client, ObjectTarget pod, IPAddress address, IReadOnlyList<(int Local, int Remote)> ports)
        : base(command, $"PortForward-{pod.Name}")
    {
        (_client, _pod) = (client, pod);
        PSJobTypeName = "PodPortForward";
        try
        {
            foreach (var (local, remote) in ports)
            {
                var listener = new TcpListener(address, local);
                _listeners.Add((listener, remote));
                listener.Start();
            }
        }
        catch (SocketException taken)
        {
            CloseListeners();
            throw new ClusterException("PortNotAvailable", ErrorCategory.ResourceUnavailable, $"{address}:{ports[_listeners.Count - 1].Local} can't be listened on: {taken.Message}", taken)
            {
                Advice = "Choose another -LocalPort; 0 takes any that is free.",
            };
        }

        LocalAddress = address.ToString();
        LocalPort = [.. _listeners.Select(one => ((IPEndPoint)one.Listener.LocalEndpoint).Port)];
        RemotePort = [.. ports.Select(port => port.Remote)];
        SetJobState(JobState.Running);
        foreach (var (listener, remote) in _listeners)
        {
            _ = AcceptAsync(listener, remote);
        }
    }

    public string Pod => _pod.Name;
    public string Namespace => _pod.Namespace ?? "";
    public string LocalAddress { get; }

    /// <summary>The ports that were taken, in the order of <see cref="RemotePort"/>.</summary>
    public IReadOnlyList<int> LocalPort { get; }

    public IReadOnlyList<int> RemotePort { get; }

    public override bool HasMoreData => Output.Count > 0 || Error.Count > 0 || Warning.Count > 0;

    public override string Location => _client.Context.Name;

    public override string StatusMessage => string.Join(", ", LocalPort.Zip(RemotePort, (local, remote) => string.Create(CultureInfo.InvariantCulture, $"{LocalAddress}:{local} -> {remote}")));

    public override void StopJob() => Stop(JobState.Stopped);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Stop(JobState.Stopped);
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Stop(JobState state)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _stop.Cancel();
            CloseListeners();
            SetJobState(state);
        }
    }

    private void CloseListeners() => _listeners.ForEach(one => one.Listener.Dispose());

    private async Task AcceptAsync(TcpListener listener, int port)
    {
        // Taken while it lives: the job may be removed at any time.
        var stopping = _stop.Token;
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stopping).ConfigureAwait(false), port, stopping);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // Stopped.
        }
        catch (SocketException broken)
        {
            Tell(broken, port);
            Stop(JobState.Failed);
        }
    }

    private async Task ServeAsync(TcpClient local, int port, CancellationToken stopping)
    {
        using var _ = local;
        try
        {
            await using var connection = await _client.ForwardAsync(_pod, port, stopping).ConfigureAwait(false);
            await new ForwardedConnection(local.GetStream(), connection).RunAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception failed) when (Errors.Of(failed, _pod.Name, stopping) is not null)
        {
            Tell(failed, port);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private void Tell(Exception problem, int port)
    {
        if (Errors.Of(problem, $"{_pod.Name}:{port}", CancellationToken.None) is { } record && Error.IsOpen)
        {
            Error.Add(record);
        }
    }
}
