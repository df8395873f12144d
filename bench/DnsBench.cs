using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Networking.Dns;
using Orchestrator.Agent.Pods;

namespace Orchestrator.Bench;

/// <summary>
/// Answers per second of an agent's name server: the production server over UDP on loopback in this process, with 1,000 services and as many headless ones of 10
/// members; one client in another process keeps some questions under way, each of another name. Median of some runs.
/// </summary>
internal static class DnsBench
{
    private const int GoalPerSecond = 50_000;
    private const double GoalMilliseconds = 1;
    private const int Services = 1000;
    private const int Members = 10;
    private const int Questions = 500_000;
    private const int Runs = 5;

    public static async Task<int> RunAsync(string[] args)
    {
        var underWay = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 16;
        var directory = new ServiceDirectory();
        using var dns = new BenchZone(directory);
        Fill(directory);
        using var server = DnsServer.Start(new(IPAddress.Loopback, 0), dns.Responder, new(dns.Responder, new(() => [], TimeProvider.System), new(TimeProvider.System)), TimeProvider.System, NullLogger.Instance);
        var results = new List<(double PerSecond, double Half, double Most)>();
        for (var run = 0; run <= Runs; run++)
        {
            var line = await ChildAsync("dns-load", server.Address.Port.ToString(CultureInfo.InvariantCulture), underWay.ToString(CultureInfo.InvariantCulture));
            var numbers = line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray();
            if (run > 0) // The first one warms up.
            {
                results.Add((numbers[0], numbers[1], numbers[2]));
            }
        }
        var rate = Median(results.Select(result => result.PerSecond));
        var (half, most) = (Median(results.Select(result => result.Half)), Median(results.Select(result => result.Most)));
        Console.WriteLine(FormattableString.Invariant($"{rate:n0} answers/s with {underWay} questions under way, p50 {half:n3} ms, p99 {most:n3} ms; medians of {Runs} runs of {Questions:n0} (goal {GoalPerSecond:n0}/s, {GoalMilliseconds:n0} ms)"));
        return rate >= GoalPerSecond && most < GoalMilliseconds ? 0 : 1;
    }

    /// <summary>The client: a thread, a socket, and so many questions under way.</summary>
    public static int Load(string[] args)
    {
        var (port, underWay) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 2000 };
        socket.Connect(IPAddress.Loopback, port);
        var questions = Enumerable.Range(0, Services).Select(i => UpstreamMessage.Question(0, UpstreamMessage.Question($"s-{i}.default.svc.cluster.local", DnsType.A), wantsSecurity: false)).ToArray();
        var sent = new long[underWay];
        var times = new double[Questions];
        var answer = new byte[2048];
        var since = Stopwatch.GetTimestamp();
        for (var i = 0; i < underWay; i++)
        {
            Send(i, i);
        }
        for (var i = 0; i < Questions; i++)
        {
            var length = socket.Receive(answer);
            var slot = (answer[0] << 8) + answer[1];
            if ((answer[3] & 0xF) != 0 || answer[7] == 0 || length < DnsQuery.HeaderLength)
            {
                throw new InvalidDataException("an answer without an address");
            }
            times[i] = Stopwatch.GetElapsedTime(sent[slot]).TotalMilliseconds;
            Send(slot, i);
        }
        var elapsed = Stopwatch.GetElapsedTime(since).TotalSeconds;
        Array.Sort(times);
        Console.WriteLine(FormattableString.Invariant($"{Questions / elapsed} {times[Questions / 2]} {times[(int)(Questions * 0.99)]}"));
        return 0;

        void Send(int slot, int number)
        {
            var question = questions[number % Services];
            (question[0], question[1]) = ((byte)(slot >> 8), (byte)slot);
            sent[slot] = Stopwatch.GetTimestamp();
            socket.Send(question);
        }
    }

    private static void Fill(ServiceDirectory directory)
    {
        for (var i = 0; i < Services; i++)
        {
            directory.Services.Apply(PodChange.Set, BenchServices.Service($"s-{i}", $"10.96.{i / 250}.{(i % 250) + 1}"));
            directory.Services.Apply(PodChange.Set, BenchServices.Service($"h-{i}", "None"));
            directory.Slices.Apply(PodChange.Set, BenchServices.Slice($"h-{i}", Enumerable.Range(0, Members).Select(member => BenchServices.PodAddress((i * Members) + member))));
        }
    }

    private static async Task<string> ChildAsync(params string[] words)
    {
        using var child = Programs.StartSelf(words);
        var line = await child.StandardOutput.ReadLineAsync();
        await child.WaitForExitAsync();
        return child.ExitCode == 0 && line is not null ? line : throw new InvalidOperationException($"{words[0]} failed: {await child.StandardError.ReadToEndAsync()}");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Runs / 2);

    /// <summary>A zone that follows a directory, as a node's does.</summary>
    private sealed class BenchZone : IDisposable
    {
        private readonly ServiceDirectory _directory;
        private readonly DnsZone _zone = new("cluster.local");

        public BenchZone(ServiceDirectory directory)
        {
            _directory = directory;
            Responder = new(_zone);
            directory.Changed += OnChanged;
        }

        public DnsResponder Responder { get; }

        public void Dispose() => _directory.Changed -= OnChanged;

        private void OnChanged(IReadOnlyCollection<ServiceName> changed)
        {
            foreach (var name in changed)
            {
                _zone.Set(name, _directory.States.TryGetValue(name, out var state) ? ZoneRecords.Of(state, _zone.Domain) : null);
            }
        }
    }
}
