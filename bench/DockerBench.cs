using System.Diagnostics;
using System.Globalization;
using k8s;
using k8s.Models;

namespace Orchestrator.Bench;

/// <summary>
/// Pods on an engine against the bare engine: the same containers on the same engine in the same run, in turns. Afterwards the agent's memory and
/// processor time with 30 pods that do nothing.
/// </summary>
internal static class DockerBench
{
    private const string Script = "trap 'exit 0' TERM; while :; do sleep 1000 & wait; done";
    private const int Many = 100;
    private static readonly int[] Widths = [2, 4, 8, 16];
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string[] args)
    {
        await using var cluster = new DockerCluster();
        if (await cluster.StartAsync() is { } unusable)
        {
            Console.Error.WriteLine(unusable);
            return 2;
        }
        await using var watch = new PodWatch(cluster.Client);
        var bare = new BareEngine(cluster.Engine.Client);
        // The first pod makes the sandbox's image and the network.
        await StartAsync(cluster, watch, "warm");
        await bare.OpenAsync();
        await bare.RemovePodAsync(await bare.StartPodAsync(Script));
        await DeleteAsync(cluster, watch, ["warm"]);
        var parts = args.Length > 0 ? args : ["one", "many", "restart", "idle"];
        var met = true;
        foreach (var part in parts)
        {
            met &= part switch
            {
                "one" => await OneAsync(cluster, watch, bare),
                "many" => await ManyAsync(cluster, watch, bare),
                "restart" => await RestartAsync(cluster, watch),
                "idle" => await IdleAsync(cluster, watch),
                _ => throw new ArgumentException($"no such part: {part}"),
            };
        }
        return met ? 0 : 1;
    }

    private static async Task<bool> OneAsync(DockerCluster cluster, PodWatch watch, BareEngine bare)
    {
        const int Rounds = 21;
        var (pods, containers) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            var made = await bare.StartPodAsync(Script);
            containers.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await bare.RemovePodAsync(made);
            pods.Add(await StartAsync(cluster, watch, $"one-{round}"));
            await DeleteAsync(cluster, watch, [$"one-{round}"]);
        }
        var over = Median(pods) - Median(containers);
        Say($"one pod to Running on a watch: {Median(pods):f0} ms, its containers bare {Median(containers):f0} ms: {over:f0} ms more (median of {Rounds}; allowed 60)");
        return over <= 60;
    }

    private static async Task<bool> ManyAsync(DockerCluster cluster, PodWatch watch, BareEngine bare)
    {
        var (starts, stops) = (new List<double>(), new List<double>());
        foreach (var width in Widths)
        {
            var began = Stopwatch.GetTimestamp();
            var made = await BareEngine.ParallelAsync(Many, width, _ => bare.StartPodAsync(Script));
            starts.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            began = Stopwatch.GetTimestamp();
            await BareEngine.ParallelAsync(Many, width, async i =>
            {
                await bare.RemovePodAsync(made[i]);
                return i;
            });
            stops.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Say($"  bare, {width} at a time: start {starts[^1]:f0} ms, remove {stops[^1]:f0} ms");
        }
        var names = Enumerable.Range(0, Many).Select(number => $"many-{number}").ToList();
        var start = Stopwatch.GetTimestamp();
        await BareEngine.ParallelAsync(Many, 16, i => cluster.Client.CoreV1.CreateNamespacedPodAsync(Describe(names[i]), "default"));
        var started = Stopwatch.GetElapsedTime(start, await watch.SeesAsync(pods => names.TrueForAll(name => IsReady(pods, name, 0)))).TotalMilliseconds;
        var deleted = await DeleteAsync(cluster, watch, names);
        Say($"{Many} pods: running after {started:f0} ms, the best bare loop {starts.Min():f0} ms: {started / starts.Min():f2} × (allowed 1.15)");
        Say($"{Many} pods: gone after {deleted:f0} ms, the best bare loop {stops.Min():f0} ms: {deleted / stops.Min():f2} × (allowed 1.15)");
        return started <= 1.15 * starts.Min() && deleted <= 1.15 * stops.Min();
    }

    private static async Task<bool> RestartAsync(DockerCluster cluster, PodWatch watch)
    {
        const int Rounds = 15;
        var (pods, bare) = (new List<double>(), new List<double>());
        var engine = cluster.Engine.Client.Containers;
        for (var round = 0; round < Rounds; round++)
        {
            var name = $"again-{round}";
            await StartAsync(cluster, watch, name);
            var id = (await cluster.Client.CoreV1.ReadNamespacedPodAsync(name, "default")).Status.ContainerStatuses[0].ContainerID["docker://".Length..];
            var began = Stopwatch.GetTimestamp();
            await engine.KillContainerAsync(id, new() { Signal = "SIGKILL" });
            pods.Add(Stopwatch.GetElapsedTime(began, await watch.SeesAsync(seen => IsReady(seen, name, 1))).TotalMilliseconds);
            var again = await engine.CreateContainerAsync(new() { Image = "host", Entrypoint = ["sh", "-c", Script], HostConfig = new() { NetworkMode = "none" } });
            await engine.StartContainerAsync(again.ID, new());
            began = Stopwatch.GetTimestamp();
            await engine.KillContainerAsync(again.ID, new() { Signal = "SIGKILL" });
            await engine.WaitContainerAsync(again.ID);
            await engine.StartContainerAsync(again.ID, new());
            bare.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await engine.RemoveContainerAsync(again.ID, new() { Force = true });
            await DeleteAsync(cluster, watch, [name]);
        }
        Say($"killed container back on a watch: {Median(pods):f0} ms, kill and start bare {Median(bare):f0} ms: {Median(pods) / Median(bare):f2} × (median of {Rounds}; allowed 1.3)");
        return Median(pods) <= 1.3 * Median(bare);
    }

    private static async Task<bool> IdleAsync(DockerCluster cluster, PodWatch watch)
    {
        var names = Enumerable.Range(0, 30).Select(number => $"idle-{number}").ToList();
        await BareEngine.ParallelAsync(names.Count, 8, i => cluster.Client.CoreV1.CreateNamespacedPodAsync(Describe(names[i]), "default"));
        await watch.SeesAsync(pods => names.TrueForAll(name => IsReady(pods, name, 0)));
        await Task.Delay(Settle, TimeProvider.System);
        cluster.Agent.Refresh();
        var before = cluster.Agent.TotalProcessorTime;
        await Task.Delay(Measured, TimeProvider.System);
        cluster.Agent.Refresh();
        var cpu = (cluster.Agent.TotalProcessorTime - before) / Measured;
        var megabytes = cluster.Agent.WorkingSet64 / 1e6;
        Say($"agent idle with {names.Count} pods: {megabytes:f0} MB resident ({Memory(cluster.Agent.Id)}), {cpu:p2} of a core (allowed 90 MB, 1 %)");
        await DeleteAsync(cluster, watch, names);
        return megabytes < 90 && cpu < 0.01;
    }

    /// <summary>What of it is its own, and what are pages of files that others may share.</summary>
    private static string Memory(int process) => string.Join(", ", File.ReadLines($"/proc/{process}/status").Where(line => line.StartsWith("Rss", StringComparison.Ordinal))
        .Concat(File.ReadLines($"/proc/{process}/smaps_rollup").Where(line => line.StartsWith("Pss:", StringComparison.Ordinal)))
        .Select(line => string.Join(' ', line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))));

    private static async Task<double> StartAsync(DockerCluster cluster, PodWatch watch, string name)
    {
        var began = Stopwatch.GetTimestamp();
        var seen = watch.SeesAsync(pods => IsReady(pods, name, 0));
        await cluster.Client.CoreV1.CreateNamespacedPodAsync(Describe(name), "default");
        return Stopwatch.GetElapsedTime(began, await seen).TotalMilliseconds;
    }

    private static async Task<double> DeleteAsync(DockerCluster cluster, PodWatch watch, List<string> names)
    {
        var began = Stopwatch.GetTimestamp();
        await BareEngine.ParallelAsync(names.Count, 16, i => cluster.Client.CoreV1.DeleteNamespacedPodAsync(names[i], "default"));
        return Stopwatch.GetElapsedTime(began, await watch.SeesAsync(pods => !names.Any(pods.ContainsKey))).TotalMilliseconds;
    }

    private static bool IsReady(IReadOnlyDictionary<string, V1Pod> pods, string name, int restarts) =>
        pods.TryGetValue(name, out var pod) && pod.Status is { Phase: "Running", ContainerStatuses: [{ State.Running: not null } status] } && status.RestartCount == restarts;

    private static V1Pod Describe(string name) => new()
    {
        Metadata = new() { Name = name },
        Spec = new() { Containers = [new() { Name = "c", Image = "host", ImagePullPolicy = "IfNotPresent", Command = ["sh", "-c", Script] }] },
    };

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
