using System.Collections.Concurrent;
using System.Globalization;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Xunit;

namespace Orchestrator.Cluster.Tests.Crash;

/// <summary>
/// The controller is killed without warning again and again while clients write and watch: nothing that was acknowledged is lost, no revision
/// goes back, and a watch that goes on from its last revision misses nothing.
/// </summary>
public sealed class ControllerCrashTests
{
    private const int Kills = 50;
    private const int Writers = 8;
    /// <summary>Writes that are begun before a kill, however busy the machine is.</summary>
    private const int WritesPerKill = 4 * Writers;

    [Fact]
    public async Task Kill_FiftyTimesUnderLoad_LosesNoAcknowledgedWriteAndLeavesNoGap()
    {
        await using var controller = new LoneController();
        await controller.StartAsync();
        var acknowledged = new ConcurrentDictionary<string, (long Revision, string Text)>();
        var watched = new ConcurrentDictionary<long, string>();
        var (highest, counter) = (0L, 0);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var watcher = WatchAsync(controller, watched, ending.Token);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var round = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
            var writers = Enumerable.Range(0, Writers).Select(_ => WriteAsync(controller.Client, acknowledged, () => Interlocked.Increment(ref counter), round.Token)).ToArray();
            var enough = Volatile.Read(ref counter) + WritesPerKill;
            await Eventually.GetAsync(() => Task.FromResult(Volatile.Read(ref counter)), begun => begun >= enough, begun => $"{begun} of {enough} writes begun");
            controller.Kill();
            await round.CancelAsync();
            await Task.WhenAll(writers);
            await controller.StartAsync();

            var list = await ListAsync(controller, ending.Token);
            var present = list.Items.ToDictionary(item => item.Metadata.Name);
            var version = long.Parse(list.Metadata.ResourceVersion, CultureInfo.InvariantCulture);
            Assert.True(version >= highest, $"the revision went back from {highest} to {version}");
            highest = version;
            foreach (var (name, (revision, text)) in acknowledged)
            {
                Assert.True(present.TryGetValue(name, out var item), $"{name}, acknowledged at {revision}, is lost after kill {kill + 1}");
                var now = long.Parse(item.Metadata.ResourceVersion, CultureInfo.InvariantCulture);
                Assert.True(now > revision || (now == revision && item.Data["text"] == text), $"{name} is at {now}, acknowledged at {revision}");
                highest = Math.Max(highest, revision);
            }
        }
        Assert.True(acknowledged.Count > Kills, $"only {acknowledged.Count} objects were written");
        // The watcher reaches the present, and has seen every acknowledged write on its way.
        await Eventually.GetAsync(() => Task.FromResult(watched.Keys.DefaultIfEmpty(0).Max()), seen => seen >= highest, seen => $"at {seen} of {highest}");
        await ending.CancelAsync();
        await watcher;
        foreach (var (name, (revision, text)) in acknowledged)
        {
            Assert.True(watched.TryGetValue(revision, out var seen) && seen == $"{name}={text}", $"the watch missed {name} at {revision}");
        }
        TestContext.Current.SendDiagnosticMessage("{0} acknowledged writes, {1} watched changes, {2} kills", counter, watched.Count, Kills);
    }

    private static async Task<V1ConfigMapList> ListAsync(LoneController controller, CancellationToken cancellationToken)
    {
        try
        {
            return await controller.Client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: cancellationToken);
        }
        catch (HttpOperationException problem)
        {
            throw new InvalidOperationException($"the controller, back from a kill, refused a list; it said: {controller.Log}", problem);
        }
    }

    private static async Task WriteAsync(Kubernetes client, ConcurrentDictionary<string, (long, string)> acknowledged, Func<int> next, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var number = next();
            // A quarter of the writes are updates of what was written before.
            var old = number % 4 == 0 ? acknowledged.Keys.FirstOrDefault() : null;
            var (name, text) = (old ?? $"w{number}", $"t{number}");
            var body = new V1ConfigMap { Metadata = new() { Name = name }, Data = new Dictionary<string, string> { ["text"] = text } };
            try
            {
                var written = old is null
                    ? await client.CoreV1.CreateNamespacedConfigMapAsync(body, "default", cancellationToken: stopping)
                    : await client.CoreV1.ReplaceNamespacedConfigMapAsync(body, name, "default", cancellationToken: stopping);
                var revision = long.Parse(written.Metadata.ResourceVersion, CultureInfo.InvariantCulture);
                acknowledged.AddOrUpdate(name, (revision, text), (_, known) => known.Item1 > revision ? known : (revision, text));
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException or HttpOperationException)
            {
                // Not acknowledged: it may or may not be there, and either is right.
                return;
            }
        }
    }

    private static async Task WatchAsync(LoneController controller, ConcurrentDictionary<long, string> watched, CancellationToken stopping)
    {
        var last = "1";
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var (type, item) in controller.Client.CoreV1.WatchListNamespacedConfigMapAsync("default", resourceVersion: last, cancellationToken: stopping))
                {
                    if (type is WatchEventType.Added or WatchEventType.Modified)
                    {
                        last = item.Metadata.ResourceVersion;
                        // The namespace has a map of its own, with the cluster's CA.
                        var text = item.Data.TryGetValue("text", out var written) ? written : "";
                        Assert.True(watched.TryAdd(long.Parse(last, CultureInfo.InvariantCulture), $"{item.Metadata.Name}={text}"), $"revision {last} came twice");
                    }
                }
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException or HttpOperationException or ObjectDisposedException or System.Text.Json.JsonException)
            {
                // Killed in the middle: goes on from the last revision seen, once the controller is back.
                await controller.ReadyAsync(stopping);
            }
        }
    }
}
