using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Bench;

/// <summary>
/// How long a change takes to reach all who watch: writes at a steady rate, watchers on connections of their own, and for every pair of the two the time
/// from sending the write to having read its event. Writers and watchers run in this process, on the same cores.
/// </summary>
internal static class WatchBench
{
    private const string Path = "/api/v1/namespaces/default/configmaps";
    private const int Ticks = 100;
    private const int Writers = 32;
    private const double Goal = 50;

    public static async Task<int> RunAsync(string[] args)
    {
        var watchers = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
        var rate = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 500;
        var seconds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 10;
        var folder = Directory.CreateTempSubdirectory("bench-").FullName;
        try
        {
            using var controller = BenchApi.Start(folder);
            await BenchApi.ReadyAsync(controller);
            var kubeconfig = System.IO.Path.Combine(folder, "admin.kubeconfig");
            using var http = BenchApi.Client(kubeconfig, Writers);
            using var crowd = BenchApi.Client(kubeconfig, watchers);
            // What only the first requests cost is not the fan-out's.
            await WriteAsync(http, "warm", rate, 2, new());
            using var list = JsonDocument.Parse(await http.GetStringAsync($"{Path}?limit=1"));
            var version = list.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString();
            using var end = new CancellationTokenSource();
            var reading = await StartAsync(crowd, $"{Path}?watch=1&resourceVersion={version}", watchers, end.Token);
            var sent = new ConcurrentDictionary<long, long>();
            var used = controller.TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            await WriteAsync(http, "event", rate, seconds, sent);
            var written = watch.Elapsed;
            await Task.WhenAll(reading.Select(watcher => watcher.ReachesAsync(sent.Count)));
            controller.Refresh();
            var cpu = (controller.TotalProcessorTime - used) / watch.Elapsed;
            await end.CancelAsync();
            var sentInOrder = sent.OrderBy(pair => pair.Key).Select(pair => pair.Value).ToArray();
            var times = reading.SelectMany(watcher => watcher.Latencies(sentInOrder)).Order().ToArray();
            var (half, high) = (times[times.Length / 2], times[(int)(times.Length * 0.99)]);
            Console.WriteLine(FormattableString.Invariant($"{sent.Count:n0} writes in {written.TotalSeconds:f1} s to {watchers:n0} watchers, {times.Length:n0} events: {half:f1} ms p50, {high:f1} ms p99 ({Goal:f0}), {times[^1]:f0} ms at most; controller {cpu:p0} of a core"));
            Programs.Stop(controller);
            return high < Goal && sent.Count >= rate * seconds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Watcher[]> StartAsync(HttpClient http, string path, int count, CancellationToken end)
    {
        var watchers = new Watcher[count];
        // A few at a time: a thousand handshakes at once would only wait for each other.
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = end }, async (i, cancellation) =>
        {
            var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation);
            watchers[i] = new(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellation), end);
        });
        return watchers;
    }

    /// <summary>Makes objects at a steady rate, whatever the answers take, and notes when each was sent, by its resourceVersion.</summary>
    private static async Task WriteAsync(HttpClient http, string prefix, int rate, int seconds, ConcurrentDictionary<long, long> sent)
    {
        var writes = new List<Task>();
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Ticks), TimeProvider.System);
        while (writes.Count < rate * seconds)
        {
            await timer.WaitForNextTickAsync();
            var due = Math.Min(rate * seconds, (int)(watch.Elapsed.TotalSeconds * rate));
            while (writes.Count < due)
            {
                writes.Add(CreateAsync(http, $"{prefix}-{writes.Count}", sent));
            }
        }
        await Task.WhenAll(writes);
    }

    private static async Task CreateAsync(HttpClient http, string name, ConcurrentDictionary<long, long> sent)
    {
        var began = Stopwatch.GetTimestamp();
        using var body = new StringContent($$$"""{"metadata":{"name":"{{{name}}}"},"data":{"k":"v"}}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(Path, body);
        using var made = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync());
        sent[long.Parse(made.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!, CultureInfo.InvariantCulture)] = began; // Always there.
    }

    /// <summary>Reads a watch, counts its events, and notes at each read how many there were. Events come in the order of their revisions.</summary>
    private sealed class Watcher
    {
        private readonly List<(long Time, int Count)> _reads = [];
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;
        private int _wanted = int.MaxValue;

        public Watcher(Stream stream, CancellationToken end) => _ = ReadAsync(stream, end);

        public Task ReachesAsync(int count)
        {
            lock (_reads)
            {
                _wanted = count;
                Check();
            }
            return _reached.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        }

        public IEnumerable<double> Latencies(long[] sent)
        {
            var seen = 0;
            foreach (var (time, count) in _reads)
            {
                for (; seen < count; seen++)
                {
                    yield return Stopwatch.GetElapsedTime(sent[seen], time).TotalMilliseconds;
                }
            }
        }

        private async Task ReadAsync(Stream stream, CancellationToken end)
        {
            var buffer = new byte[32 * 1024];
            try
            {
                while (await stream.ReadAsync(buffer, end) is > 0 and var length)
                {
                    var lines = buffer.AsSpan(0, length).Count((byte)'\n');
                    lock (_reads)
                    {
                        _count += lines;
                        _reads.Add((Stopwatch.GetTimestamp(), _count));
                        Check();
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The measurement is over.
            }
        }

        private void Check()
        {
            if (_count >= _wanted)
            {
                _reached.TrySetResult();
            }
        }
    }
}
