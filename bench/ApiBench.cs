using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Orchestrator.Bench;

/// <summary>
/// The whole way over TLS with a client certificate, roles and the audit log on, from clients in this process: creates of ConfigMaps of 1 KiB (each durable
/// before its answer) from few clients and from many, gets, lists of 10,000 in calm and under writes, and a start with 100,000 objects. The load's own work
/// runs on the same cores.
/// </summary>
internal static class ApiBench
{
    private const int ValueBytes = 1024;
    private const int Listed = 10_000;
    private const int Crowd = 1_000;
    private const int Rounds = 5;
    private const int WritesPerSecond = 500;
    private const string Path = "/api/v1/namespaces/default/configmaps";

    public static async Task<int> RunAsync(string[] args)
    {
        var clients = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 32;
        var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20_000;
        var stored = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 100_000;
        var folder = Directory.CreateTempSubdirectory("bench-").FullName;
        var met = true;
        void Tell(string what, bool good)
        {
            met &= good;
            Console.WriteLine($"{what}{(good ? "" : "   MISSED")}");
        }
        try
        {
            var kubeconfig = System.IO.Path.Combine(folder, "admin.kubeconfig");
            var text = new string('x', ValueBytes);
            using (var controller = BenchApi.Start(folder))
            {
                await BenchApi.ReadyAsync(controller);
                using var http = BenchApi.Client(kubeconfig, Crowd);
                await CreateAsync(http, "warm", clients, count / 4, text);
                var few = await CreateAsync(http, "few", clients, count, text);
                Tell(FormattableString.Invariant($"creates: {few:n0}/s from {clients} clients (4,000)"), few >= 4000);
                var many = await CreateAsync(http, "many", Crowd, count, text);
                Tell(FormattableString.Invariant($"creates: {many:n0}/s from {Crowd:n0} clients, {many / few:p0} of that (90 %)"), many >= 0.9 * few);
                var gets = await EachAsync(clients, count, async i => await http.GetByteArrayAsync($"{Path}/few-{i}"));
                Tell(FormattableString.Invariant($"gets: {gets:n0}/s (10,000)"), gets >= 10_000);
                var calm = await ListAsync(http);
                Tell(FormattableString.Invariant($"list of {Listed:n0}: {calm:f0} ms, median of {Rounds} (60)"), calm <= 60);
                var busy = await UnderWritesAsync(http, text);
                Tell(FormattableString.Invariant($"list under {WritesPerSecond} writes/s: {busy:f0} ms, {busy / calm:f2} of that (2)"), busy <= 2 * calm);
                await CreateAsync(http, "stored", clients, Math.Max(0, stored - count - count - (count / 4)), text);
                Programs.Stop(controller);
            }
            var watch = Stopwatch.StartNew();
            using (var controller = BenchApi.Start(folder))
            {
                await BenchApi.ReadyAsync(controller);
                var ready = watch.Elapsed.TotalSeconds;
                controller.Refresh();
                Tell(FormattableString.Invariant($"{stored:n0} objects: ready after {ready:f1} s (5), {controller.WorkingSet64 / 1e6:f0} MB resident (600)"), ready <= 5 && controller.WorkingSet64 < 600e6);
                Programs.Stop(controller);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return met ? 0 : 1;
    }

    /// <summary>Median time to the last byte, in milliseconds.</summary>
    private static async Task<double> ListAsync(HttpClient http)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            _ = (await http.GetByteArrayAsync($"{Path}?limit={Listed}")).Length;
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        times.Sort();
        return times[Rounds / 2];
    }

    private static async Task<double> UnderWritesAsync(HttpClient http, string text)
    {
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await timer.WaitForNextTickAsync();
                await CreateAsync(http, $"during-{i}", WritesPerSecond / 50, WritesPerSecond / 50, text);
            }
        });
        var busy = await ListAsync(http);
        await stop.CancelAsync();
        await writing;
        return busy;
    }

    private static Task<double> CreateAsync(HttpClient http, string prefix, int clients, int count, string text) => EachAsync(clients, count, async i =>
    {
        using var body = new StringContent($$$"""{"metadata":{"name":"{{{prefix}}}-{{{i}}}"},"data":{"k":"{{{text}}}"}}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(Path, body);
        answer.EnsureSuccessStatusCode();
    });

    private static async Task<double> EachAsync(int clients, int count, Func<int, Task> act)
    {
        var next = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i <= count; i = Interlocked.Increment(ref next))
            {
                await act(i);
            }
        })));
        return count / watch.Elapsed.TotalSeconds;
    }
}
