using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Networking.Proxy;
using Orchestrator.Agent.Networking.Proxy.Kernel;
using Orchestrator.Agent.Pods;

namespace Orchestrator.Bench;

/// <summary>
/// How long the kernel's rules are behind a slice, among many services: from the moment that an agent is told of a slice in which one endpoint came or went until the
/// transaction with the change is in the kernel, one after another. The production proxy and <c>nft</c>, in a network namespace of its own. Root on Linux.
/// </summary>
internal static class RulesBench
{
    private const double GoalMilliseconds = 100;
    private const int Changes = 200;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["inside", var services, var endpoints])
        {
            return await MeasureAsync(int.Parse(services, CultureInfo.InvariantCulture), int.Parse(endpoints, CultureInfo.InvariantCulture));
        }
        using var inside = Process.Start(new ProcessStartInfo("unshare", ["--net", Environment.ProcessPath!, .. Programs.SelfArguments, "rules", "inside", args.ElementAtOrDefault(0) ?? "1000", args.ElementAtOrDefault(1) ?? "10"]))!; // A new process.
        await inside.WaitForExitAsync();
        return inside.ExitCode;
    }

    private static async Task<int> MeasureAsync(int services, int endpoints)
    {
        var directory = new ServiceDirectory();
        for (var i = 0; i < services; i++)
        {
            directory.Services.Apply(PodChange.Set, BenchServices.Service($"s-{i}", $"10.96.{i / 250}.{(i % 250) + 1}"));
            directory.Slices.Apply(PodChange.Set, Slice(i, endpoints, without: -1));
        }
        var rules = new WatchedRules(new KernelProxy(new NftDialect("bench"), () => new("10.244.0.0/16", []), NullLogger.Instance));
        using var proxy = new ServiceProxy(directory, new NodeDirectory("n1", "192.0.2.1"), rules, (_, _) => { }, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var since = Stopwatch.GetTimestamp();
        var running = proxy.RunAsync(stop.Token);
        await rules.NextAsync();
        Console.WriteLine(FormattableString.Invariant($"{services} services of {endpoints} endpoints in the kernel after {Stopwatch.GetElapsedTime(since).TotalSeconds:n1} s"));
        var times = new List<double>(Changes);
        for (var i = 0; i < Changes; i++)
        {
            var service = i / 2 * 7919 % services;
            var next = rules.NextAsync();
            since = Stopwatch.GetTimestamp();
            // One goes, then it comes back.
            directory.Slices.Apply(PodChange.Set, Slice(service, endpoints, without: i % 2 == 0 ? 0 : -1));
            await next;
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            if (i < 4)
            {
                await VerifyAsync(service, present: i % 2 == 1, endpoints);
            }
        }
        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        times.Sort();
        var (half, most) = (times[Changes / 2], times[(int)(Changes * 0.99)]);
        Console.WriteLine(FormattableString.Invariant($"one endpoint's change in the kernel's rules: p50 {half:n1} ms, p99 {most:n1} ms (goal {GoalMilliseconds:n0} ms)"));
        return most < GoalMilliseconds ? 0 : 1;
    }

    /// <summary>That it is measured what is meant: the kernel itself is asked.</summary>
    private static async Task VerifyAsync(int service, bool present, int endpoints)
    {
        var chain = $"s_10.96.{service / 250}.{(service % 250) + 1}_tcp_80";
        var listed = await Tool.RunAsync("nft", ["list", "chain", "ip", "orchestrator-bench", chain], null, CancellationToken.None);
        if (listed.ExitCode != 0 || listed.Output.Contains($"{BenchServices.PodAddress(service * endpoints)} ", StringComparison.Ordinal) != present)
        {
            throw new InvalidOperationException($"the kernel's rules are not as they should be: {listed.Output}{listed.Error}");
        }
    }

    private static k8s.Models.V1EndpointSlice Slice(int service, int endpoints, int without) => BenchServices.Slice($"s-{service}",
        Enumerable.Range(0, endpoints).Where(endpoint => endpoint != without).Select(endpoint => BenchServices.PodAddress((service * endpoints) + endpoint)));

    /// <summary>Tells when a change is in the kernel.</summary>
    private sealed class WatchedRules(IProxyRules rules) : IProxyRules
    {
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => rules.Name;

        public Task NextAsync() => (_next = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public async Task<IReadOnlyList<ProxyFault>> ApplyAsync(IReadOnlyCollection<ProxyRule> set, IReadOnlyCollection<Frontend> removed, CancellationToken cancellationToken)
        {
            var faults = await rules.ApplyAsync(set, removed, cancellationToken);
            _next.TrySetResult();
            return faults;
        }

        public Task RepairAsync(CancellationToken cancellationToken) => rules.RepairAsync(cancellationToken);

        public ValueTask DisposeAsync() => rules.DisposeAsync();
    }
}
