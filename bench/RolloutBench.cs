using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using k8s;
using k8s.Models;

namespace Orchestrator.Bench;

/// <summary>
/// What a very large Deployment does to everybody else: it is made, rolled and deleted on hollow nodes, while somebody writes a ConfigMap at a steady
/// rate; how long those writes take then, against how long they take in calm.
/// </summary>
internal static class RolloutBench
{
    private const double Goal = 2;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync(string[] args)
    {
        var pods = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var nodes = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200;
        using var cluster = await HollowCluster.StartAsync(nodes, ["--capacity", "cpu=64,memory=256Gi,pods=250"]);
        using var http = BenchApi.Client(cluster.KubeConfig, 8);
        // Somebody else than the hollow nodes, who all come as one: clients wait in queues of their own.
        http.DefaultRequestHeaders.Add("Impersonate-User", "somebody");
        http.DefaultRequestHeaders.Add("Impersonate-Group", "system:masters");
        using var end = new CancellationTokenSource();
        var times = new ConcurrentQueue<double>();
        var writing = WriteAsync(http, times, end.Token);
        var (apps, met) = (cluster.Client.AppsV1, true);
        await PhaseAsync("warm", times, () => Task.Delay(Calm / 4, TimeProvider.System));
        var calm = await PhaseAsync("calm", times, () => Task.Delay(Calm, TimeProvider.System));
        await apps.CreateNamespacedDeploymentAsync(HollowCluster.Deployment("huge", pods), "default");
        await DuringAsync("created", () => AllAsync(cluster, pods, 1));
        await apps.PatchNamespacedDeploymentAsync(new V1Patch("""{"spec":{"template":{"metadata":{"annotations":{"again":"yes"}}}}}""", V1Patch.PatchType.MergePatch), "huge", "default");
        await DuringAsync("rolled", () => AllAsync(cluster, pods, 2));
        await apps.DeleteNamespacedDeploymentAsync("huge", "default");
        await DuringAsync("deleted", () => UntilAsync(async () => (await cluster.Client.CoreV1.ListNamespacedPodAsync("default", limit: 1)).Items.Count == 0));
        await end.CancelAsync();
        await writing;
        return met ? 0 : 1;

        async Task DuringAsync(string what, Func<Task> act) => met &= await PhaseAsync(what, times, act, calm) <= Goal * calm;
    }

    /// <summary>The writes' p99 meanwhile, in milliseconds.</summary>
    private static async Task<double> PhaseAsync(string what, ConcurrentQueue<double> times, Func<Task> act, double? calm = null)
    {
        times.Clear();
        var watch = Stopwatch.StartNew();
        await act();
        double[] all = [.. times.Order()];
        var high = all[(int)(all.Length * 0.99)];
        var ratio = calm is { } before ? FormattableString.Invariant($", {high / before:f2} of calm ({Goal:f0})") : "";
        Console.WriteLine(FormattableString.Invariant($"{what} in {watch.Elapsed.TotalSeconds:f1} s: {all.Length} other writes, {all[all.Length / 2]:f1} ms p50, {high:f1} ms p99{ratio}"));
        return high;
    }

    private static async Task WriteAsync(HttpClient http, ConcurrentQueue<double> times, CancellationToken end)
    {
        using var timer = new PeriodicTimer(Between, TimeProvider.System);
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            using var body = new StringContent($$$"""{"metadata":{"name":"other-{{{i}}}"},"data":{"k":"v"}}""", Encoding.UTF8, "application/json");
            var watch = Stopwatch.StartNew();
            using var answer = await http.PostAsync("/api/v1/namespaces/default/configmaps", body, CancellationToken.None);
            answer.EnsureSuccessStatusCode();
            times.Enqueue(watch.Elapsed.TotalMilliseconds);
        }
    }

    private static Task AllAsync(HollowCluster cluster, int pods, long generation) => UntilAsync(async () =>
        (await cluster.Client.AppsV1.ReadNamespacedDeploymentAsync("huge", "default")).Status is { } status
        && status.AvailableReplicas == pods && status.UpdatedReplicas == pods && status.Replicas == pods && status.ObservedGeneration >= generation);

    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        for (var watch = Stopwatch.StartNew(); !await done(); await Task.Delay(Look, TimeProvider.System))
        {
            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException("it does not come to an end");
            }
        }
    }
}
