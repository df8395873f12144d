using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Networking.Proxy;
using Orchestrator.Agent.Networking.Proxy.UserSpace;

namespace Orchestrator.Bench;

/// <summary>
/// What the user-space proxy costs: a client and a server, each a process of its own, joined over loopback directly and through the production proxy in this
/// process, in turns within one run. Bytes per second one way, and round trips of 64 octets. Medians of some rounds.
/// </summary>
internal static class ProxyBench
{
    private const double GoalShare = 0.70;
    private const double GoalMilliseconds = 0.1;
    private const int Rounds = 7;
    private const int BufferBytes = 128 * 1024;
    private const int RoundTrips = 20_000;
    private static readonly TimeSpan Sending = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync()
    {
        using var server = Programs.StartSelf("stream-server");
        var target = new IPEndPoint(IPAddress.Loopback, int.Parse(await server.StandardOutput.ReadLineAsync() ?? "", CultureInfo.InvariantCulture));
        var at = new Frontend(IPAddress.Loopback, FreePort(), ProxyProtocol.Tcp);
        await using var proxy = new UserSpaceProxy(new LocalRoutes(), TimeProvider.System, NullLogger.Instance);
        await proxy.ApplyAsync([new(at, [target], [target], null, false)], [], CancellationToken.None);
        var (direct, proxied) = (new List<Measured>(), new List<Measured>());
        for (var round = 0; round <= Rounds; round++)
        {
            var (one, other) = (await ClientAsync(target.Port), await ClientAsync(at.Port));
            if (round > 0) // The first one warms up.
            {
                direct.Add(one);
                proxied.Add(other);
            }
        }
        Programs.Stop(server);
        var share = Median(direct.Zip(proxied, (one, other) => other.BytesPerSecond / one.BytesPerSecond));
        var added = Median(direct.Zip(proxied, (one, other) => other.RoundTrip - one.RoundTrip));
        Console.WriteLine(FormattableString.Invariant(
            $"throughput {Median(proxied.Select(one => one.BytesPerSecond)) / 1e9:n2} GB/s of {Median(direct.Select(one => one.BytesPerSecond)) / 1e9:n2} directly: {share:p0} (goal {GoalShare:p0})"));
        Console.WriteLine(FormattableString.Invariant(
            $"round trip p50 {Median(proxied.Select(one => one.RoundTrip)):n3} ms, {Median(direct.Select(one => one.RoundTrip)):n3} directly: {added:n3} ms added (goal {GoalMilliseconds:n1}); medians of {Rounds} rounds"));
        return share >= GoalShare && added < GoalMilliseconds ? 0 : 1;
    }

    /// <summary>Takes what comes, or sends back what comes, by the connection's first octet.</summary>
    public static int Serve()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port); // Bound.
        while (true)
        {
            var client = listener.Accept();
            new Thread(() => Serve(client)) { IsBackground = true }.Start();
        }
    }

    /// <summary>First bytes one way, then round trips, to this port.</summary>
    public static int Ask(string[] args)
    {
        var port = int.Parse(args[0], CultureInfo.InvariantCulture);
        Console.WriteLine(FormattableString.Invariant($"{Push(port)} {RoundTrip(port)}"));
        return 0;
    }

    private static void Serve(Socket client)
    {
        using (client)
        {
            client.NoDelay = true;
            var buffer = new byte[BufferBytes];
            var echoes = client.Receive(buffer, 0, 1, SocketFlags.None) == 1 && buffer[0] == 'e';
            var total = 0L;
            while (client.Receive(buffer) is var length and > 0)
            {
                total += length;
                if (echoes)
                {
                    client.Send(buffer.AsSpan(0, length));
                }
            }
            client.Send(BitConverter.GetBytes(total));
        }
    }

    private static double Push(int port)
    {
        using var socket = Connect(port, (byte)'s');
        var buffer = new byte[BufferBytes];
        var (since, sent) = (Stopwatch.GetTimestamp(), 0L);
        while (Stopwatch.GetElapsedTime(since) < Sending)
        {
            sent += socket.Send(buffer);
        }
        socket.Shutdown(SocketShutdown.Send);
        // What the server has counted is what arrived, and when.
        socket.Receive(buffer);
        var elapsed = Stopwatch.GetElapsedTime(since);
        return BitConverter.ToInt64(buffer) == sent ? sent / elapsed.TotalSeconds : throw new InvalidDataException("bytes were lost");
    }

    private static double RoundTrip(int port)
    {
        using var socket = Connect(port, (byte)'e');
        var (buffer, times) = (new byte[64], new double[RoundTrips]);
        for (var i = 0; i < RoundTrips; i++)
        {
            var since = Stopwatch.GetTimestamp();
            socket.Send(buffer);
            for (var left = buffer.Length; left > 0;)
            {
                left -= socket.Receive(buffer, 0, left, SocketFlags.None);
            }
            times[i] = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        }
        Array.Sort(times);
        return times[RoundTrips / 2];
    }

    private static Socket Connect(int port, byte kind)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        socket.Send([kind]);
        return socket;
    }

    private static async Task<Measured> ClientAsync(int port)
    {
        using var client = Programs.StartSelf("stream-client", port.ToString(CultureInfo.InvariantCulture));
        var line = await client.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await client.StandardError.ReadToEndAsync());
        await client.WaitForExitAsync();
        return line.Split(' ') is [var bytes, var trip] ? new(double.Parse(bytes, CultureInfo.InvariantCulture), double.Parse(trip, CultureInfo.InvariantCulture)) : throw new InvalidDataException(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private readonly record struct Measured(double BytesPerSecond, double RoundTrip);
}
