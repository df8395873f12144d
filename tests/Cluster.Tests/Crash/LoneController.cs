using k8s;

namespace Orchestrator.Cluster.Tests.Crash;

/// <summary>A controller without agents that is killed and comes back on the same port.</summary>
internal sealed class LoneController(string? folder = null) : IAsyncDisposable
{
    private ClusterProcess? _process;
    private string _listen = "127.0.0.1:0";
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Folder { get; } = folder ?? Directory.CreateTempSubdirectory("orchestrator-crash-").FullName;

    public Kubernetes Client { get; private set; } = null!; // Set by StartAsync, which comes first.

    /// <summary>What the controller that runs now has said.</summary>
    public string Log => _process?.Log ?? "";

    public Task ReadyAsync(CancellationToken cancellationToken) => Volatile.Read(ref _ready).Task.WaitAsync(cancellationToken)
        .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    public async Task StartAsync()
    {
        _process?.Dispose();
        _process = await ClusterProcess.StartAsync(Checkout.Program("controller", "orchestrator-controller"),
            ["--data", Folder, "--listen", _listen], "Controller ready at");
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(Path.Combine(Folder, "admin.kubeconfig"));
        _listen = new Uri(configuration.Host).Authority;
        Client = new Kubernetes(configuration);
        Volatile.Read(ref _ready).TrySetResult();
    }

    public void Kill()
    {
        Volatile.Write(ref _ready, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _process!.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.StopAsync();
            _process.Dispose();
        }
        Client.Dispose();
        if (folder is null)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
