using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Scheduling;
using Orchestrator.Controller.Security;
using Orchestrator.Model;

namespace Orchestrator.Bench;

/// <summary>
/// Pods bound per second onto many nodes, binds and their events durable in the store, of the production scheduler over the production store in
/// this process. Nodes are objects only, and the pods are there before the scheduler starts, so nothing else is measured. Each shape of pod is a run.
/// </summary>
internal static class SchedulerBench
{
    private static readonly ResourceKind Nodes = Catalog.ForType<V1Node>();
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();

    private static readonly Dictionary<string, (double Goal, string Spec)> Shapes = new()
    {
        ["plain"] = (5000, ""),
        ["anti-affinity"] = (2000, """ "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"color":"green"}}}]}}, """),
        ["affinity"] = (2000, """ "affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"topology.kubernetes.io/zone","labelSelector":{"matchLabels":{"color":"green"}}}]}}, """),
        ["spread"] = (2000, """ "topologySpreadConstraints":[{"maxSkew":5,"topologyKey":"topology.kubernetes.io/zone","whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"color":"green"}}}], """),
        ["preferred-affinity"] = (2000, """ "affinity":{"podAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"podAffinityTerm":{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"color":"green"}}}}]}}, """),
        ["node-affinity"] = (2000, """ "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"topology.kubernetes.io/zone","operator":"In","values":["zone-1","zone-2"]}]}]}}}, """),
        ["unschedulable"] = (2000, ""),
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var nodes = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5000;
        var pods = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10_000;
        var good = true;
        foreach (var (name, (goal, spec)) in Shapes.Where(shape => args.Length < 3 || args[2] == shape.Key))
        {
            // With one pod a node there is no room for more pods than nodes.
            var (rate, first, last) = await MeasureAsync(name, nodes, name == "anti-affinity" ? Math.Min(pods, nodes) : pods, spec);
            Console.WriteLine(FormattableString.Invariant($"{name,-20} {rate,8:n0} pods/s (goal {goal:n0})   first tenth {first,8:n0}   last tenth {last,8:n0} ({last / first:p0}, goal 90 %)"));
            good &= rate >= goal && last >= first * 0.9;
        }
        return good ? 0 : 1;
    }

    private static async Task<(double Rate, double First, double Last)> MeasureAsync(string name, int nodes, int pods, string spec)
    {
        var folder = Directory.CreateTempSubdirectory("bench-").FullName;
        try
        {
            var options = ControllerOptions.Parse(["--data", folder, "--listen", "127.0.0.1:0", "--history-count", "1000000"]);
            await using var application = ControllerApplication.Build(options, CertificateAuthority.Open(Path.Combine(folder, "pki"), TimeProvider.System));
            var api = application.Services.GetRequiredService<ObjectApi>();
            await Task.WhenAll(Enumerable.Range(0, nodes).Select(index => api.CreateAsync(Nodes, null, Node(index), WriteOptions.Default, CancellationToken.None)));
            await api.CreateAsync(
                Catalog.ForType<V1Namespace>(), null, (JsonObject)JsonNode.Parse("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"default"}}""")!, // Just written.
                WriteOptions.Default, CancellationToken.None);
            if (name == "unschedulable")
            {
                await CreateAsync(api, "never", 5000, """ "nodeSelector":{"no":"such"}, """);
            }
            await CreateAsync(api, "pod", pods, spec);
            var feed = api.Cache.Follow("pods", api.Cache.Revision);
            var scheduler = application.Services.GetRequiredService<Scheduler>();
            var watch = Stopwatch.StartNew();
            await ((IHostedService)scheduler).StartAsync(CancellationToken.None);
            var times = new List<double>(pods);
            var bound = new HashSet<string>(StringComparer.Ordinal);
            while (times.Count < pods)
            {
                foreach (var change in await feed.NextAsync(TimeProvider.System, TimeSpan.FromMinutes(2), CancellationToken.None))
                {
                    if (change.Object.Key.Name.StartsWith("pod-", StringComparison.Ordinal) && change.Object.Encoded.FieldValues[0].Length > 0 && bound.Add(change.Object.Key.Name))
                    {
                        times.Add(watch.Elapsed.TotalSeconds);
                    }
                }
            }
            await ((IHostedService)scheduler).StopAsync(CancellationToken.None);
            var tenth = pods / 10;
            // The first of all waits for the loop to have read every node and pod.
            var begin = times[0];
            return (pods / (times[^1] - begin), tenth / (times[tenth] - begin), tenth / (times[^1] - times[^(tenth + 1)]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<Orchestrator.Controller.Storage.Cache.CachedObject[]> CreateAsync(ObjectApi api, string prefix, int count, string spec) => Task.WhenAll(Enumerable.Range(0, count).Select(index =>
        api.CreateAsync(Pods, "default", (JsonObject)JsonNode.Parse($$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{prefix}}-{{index}}","labels":{"color":"green"} },
             "spec":{ {{spec}} "containers":[{"name":"c","image":"x","resources":{"requests":{"cpu":"100m","memory":"200Mi"} } }]} }
            """)!, WriteOptions.Default, CancellationToken.None))); // Just written.

    private static JsonObject Node(int index) => (JsonObject)JsonNode.Parse($$"""
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"node-{{index}}","labels":{"kubernetes.io/hostname":"node-{{index}}","topology.kubernetes.io/zone":"zone-{{index % 3}}"} },
         "status":{"allocatable":{"cpu":"4","memory":"32Gi","pods":"110"},"conditions":[{"type":"Ready","status":"True"}]} }
        """)!; // Just written.
}
