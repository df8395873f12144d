using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Process;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Process;

/// <summary>A data folder with the production runtime over it. <see cref="RestartAsync"/> is what a new agent over the same folder is.</summary>
internal sealed class ProcessHarness : IAsyncDisposable
{
    public const string PodUid = "uid-p";

    private ProcessHarness(string folder, ProcessRuntime runtime) => (Folder, Runtime) = (folder, runtime);

    public string Folder { get; }
    public string ImageRoot => Path.Combine(Folder, "images");
    public ProcessRuntime Runtime { get; private set; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ProcessHarness> CreateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("agent-test-").FullName;
        var harness = new ProcessHarness(folder, Open(folder));
        await harness.BeginAsync();
        await harness.Runtime.RunSandboxAsync(
            new() { PodUid = PodUid, Namespace = "default", PodName = "p", Hostname = "p" }, Cancellation);
        return harness;
    }

    public async Task RestartAsync()
    {
        await Runtime.DisposeAsync();
        Runtime = Open(Folder);
        await BeginAsync();
    }

    public async Task<string> StartAsync(string script, int attempt = 0, IReadOnlyDictionary<string, string>? environment = null)
    {
        var id = await CreateAsync(script, attempt, environment);
        await Runtime.StartContainerAsync(id, Cancellation);
        return id;
    }

    public Task<string> CreateAsync(string script, int attempt = 0, IReadOnlyDictionary<string, string>? environment = null) =>
        Runtime.CreateContainerAsync(
            new()
            {
                PodUid = PodUid,
                Namespace = "default",
                PodName = "p",
                Name = "c",
                Attempt = attempt,
                Image = "host",
                Command = ["sh", "-c", script],
                Environment = environment ?? new Dictionary<string, string>(),
            },
            Cancellation);

    public ContainerObservation Observe(string id) =>
        Runtime.ListAsync(PodUid, Cancellation).AsTask().GetAwaiter().GetResult().Single().Containers.Single(container => container.Id == id);

    public Task<ContainerObservation> ExitedAsync(string id) =>
        Eventually.SeesAsync(() => Observe(id), container => container.State == ContainerState.Exited);

    public async Task<string> ReadLogAsync(string id, LogQuery? query = null)
    {
        var text = new StringBuilder();
        await foreach (var chunk in Runtime.ReadLogAsync(id, query ?? LogQuery.All, Cancellation))
        {
            text.Append(Encoding.UTF8.GetString(chunk.Text.Span)).Append(chunk.EndsLine ? "\n" : "");
        }
        return text.ToString();
    }

    public Task<string> LogContainsAsync(string id, string text) =>
        Eventually.SeesAsync(() => ReadLogAsync(id).GetAwaiter().GetResult(), log => log.Contains(text, StringComparison.Ordinal), text);

    public int ShimPid(string id) => ReadPid(id, "shim.pid");

    public int MainPid(string id) => ReadPid(id, "pid");

    /// <summary>The living processes that carry this container's mark.</summary>
    public static IReadOnlyList<int> Processes(string id) =>
        [.. ProcessTable.FindContainerProcesses()[id].Where(pid => ProcessTable.ReadStartTicks(pid) is not null)];

    public async ValueTask DisposeAsync()
    {
        await Runtime.RemovePodAsync(PodUid, CancellationToken.None);
        await Runtime.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static ProcessRuntime Open(string folder) => new(
        folder, Path.Combine(folder, "images"), null, new LinuxPlatform(folder, TimeProvider.System), TimeProvider.System, NullLogger<ProcessRuntime>.Instance);

    private async Task BeginAsync()
    {
        await Runtime.OpenAsync(Cancellation);
        Runtime.UseAddressRange("127.90.1.0/24", System.Net.IPAddress.Loopback);
    }

    private int ReadPid(string id, string file) =>
        int.Parse(File.ReadAllText(Path.Combine(ProcessFolders.Containers(Folder), id, "run", file)), CultureInfo.InvariantCulture);
}
