using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Kinds.Endpoints;
using Orchestrator.Controller.Kinds.EndpointSlices;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Bench;

/// <summary>
/// How long a slice is behind a pod, among many services: from the answer to a write of the pod's readiness, one after another, until the slice with it is
/// durable. The production reconcilers of slices and Endpoints over the production store, in this process, beside nothing else.
/// </summary>
internal static class EndpointBench
{
    private const double GoalMilliseconds = 100;
    private const int Changes = 200;
    private static readonly ResourceKind Services = Catalog.ForType<V1Service>();
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();
    private static readonly ResourceKind Slices = Catalog.ForType<V1EndpointSlice>();

    public static async Task<int> RunAsync(string[] args)
    {
        var services = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
        var pods = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
        var folder = Directory.CreateTempSubdirectory("bench-").FullName;
        try
        {
            var options = ControllerOptions.Parse(["--data", folder, "--listen", "127.0.0.1:0", "--history-count", "1000000"]);
            await using var application = ControllerApplication.Build(options, CertificateAuthority.Open(Path.Combine(folder, "pki"), TimeProvider.System));
            var api = application.Services.GetRequiredService<ObjectApi>();
            await api.CreateAsync(Catalog.ForType<V1Namespace>(), null, Tree("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"default"}}"""), WriteOptions.Default, CancellationToken.None);
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, services).Select(i => api.CreateAsync(Services, "default", Service(i), WriteOptions.Default, CancellationToken.None)));
            Console.WriteLine(FormattableString.Invariant($"{services} services created, each with an address, in {watch.Elapsed.TotalSeconds:n1} s"));
            await Task.WhenAll(Enumerable.Range(0, services * pods).Select(i => api.CreateAsync(Pods, "default", Pod(i, services), WriteOptions.Default, CancellationToken.None)));
            await Task.WhenAll(Enumerable.Range(0, services * pods).Select(i => StatusAsync(api, i, true)));
            watch.Restart();
            var feed = api.Cache.Follow(Slices.GroupResource, api.Cache.Revision);
            var loops = application.Services.GetServices<IHostedService>().Where(loop => loop is ReconcilerHost<EndpointSliceReconciler> or ReconcilerHost<EndpointsReconciler>).ToArray();
            await Task.WhenAll(loops.Select(loop => loop.StartAsync(CancellationToken.None)));
            for (var made = 0; made < services;)
            {
                made += (await feed.NextAsync(TimeProvider.System, TimeSpan.FromMinutes(2), CancellationToken.None)).Count;
            }
            Console.WriteLine(FormattableString.Invariant($"{services} slices of {pods} endpoints made in {watch.Elapsed.TotalSeconds:n1} s"));
            var times = await MeasureAsync(api, services * pods, feed);
            await Task.WhenAll(loops.Select(loop => loop.StopAsync(CancellationToken.None)));
            times.Sort();
            var (half, most) = (times[times.Count / 2], times[(int)(times.Count * 0.99)]);
            Console.WriteLine(FormattableString.Invariant($"one endpoint's change in its slice: p50 {half:n1} ms, p99 {most:n1} ms (goal {GoalMilliseconds:n0} ms)"));
            return most < GoalMilliseconds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<double>> MeasureAsync(ObjectApi api, int pods, ChangeFeed feed)
    {
        var times = new List<double>(Changes);
        for (var i = 0; i < Changes; i++)
        {
            var pod = i * 7919 % pods;
            await StatusAsync(api, pod, false);
            var since = Stopwatch.GetTimestamp();
            var seen = false;
            while (!seen)
            {
                seen = (await feed.NextAsync(TimeProvider.System, TimeSpan.FromMinutes(2), CancellationToken.None))
                    .Any(change => change.Object.Decode<V1EndpointSlice>().Endpoints?.Any(endpoint => endpoint.TargetRef.Name == $"pod-{pod}" && endpoint.Conditions.Ready == false) == true);
            }
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }
        return times;
    }

    private static Task<CachedObject> StatusAsync(ObjectApi api, int pod, bool ready) => api.UpdateAsync(Pods, "default", $"pod-{pod}", status: true, current =>
    {
        var address = $"127.{64 + (pod / 62_500)}.{pod / 250 % 250}.{(pod % 250) + 1}";
        current["status"] = Tree($$"""{"phase":"Running","podIP":"{{address}}","conditions":[{"type":"Ready","status":"{{ready}}"}]}""");
        return current;
    }, WriteOptions.Default, CancellationToken.None);

    private static JsonObject Service(int i) =>
        Tree($$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"s-{{i}}"},"spec":{"selector":{"app":"a-{{i}}"},"ports":[{"port":80,"targetPort":8080}]} }""");

    private static JsonObject Pod(int i, int services) => Tree($$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"pod-{{i}}","labels":{"app":"a-{{i % services}}","tier":"all"} },"spec":{"nodeName":"n1","containers":[{"name":"c","image":"x"}]} }
        """);

    private static JsonObject Tree(string text) => (JsonObject)JsonNode.Parse(text)!; // Just written.
}
