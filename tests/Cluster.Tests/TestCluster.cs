using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Xunit;

namespace Orchestrator.Cluster.Tests;

/// <summary>A real cluster of processes in a folder of its own: a controller and agents, two with the process runtime unless a heir says otherwise.</summary>
public partial class TestCluster : IAsyncLifetime
{
    private const string Token = "abcdef.0123456789abcdef";
    private static int s_made;
    private readonly string _folder = Directory.CreateTempSubdirectory("orchestrator-cluster-").FullName;
    // Clusters of one machine share its loopback addresses: each takes a range of its own, above those of Start-LocalCluster, which end at 127.127.
    private readonly int _range = 128 + ((Environment.ProcessId + (Interlocked.Increment(ref s_made) * 7)) % 120);
    private readonly Dictionary<string, ClusterProcess> _agents = [];
    private ClusterProcess? _controller;
    private string? _listen;

    public string KubeConfig => Path.Combine(_folder, "controller", "admin.kubeconfig");
    public Kubernetes Client { get; private set; } = null!; // Set as the first thing of InitializeAsync.
    internal ClusterProcess Controller => _controller!;

    public static IReadOnlyList<string> Nodes { get; } = ["n1", "n2"];

    /// <summary>The nodes that are started with the cluster.</summary>
    protected virtual IReadOnlyList<string> Agents => Nodes;

    /// <summary>What agents are told of their runtime.</summary>
    protected virtual IReadOnlyList<string> AgentArguments { get; } = ["--runtime", "process"];

    /// <summary>What the controller is told besides.</summary>
    protected virtual IReadOnlyList<string> ControllerArguments { get; } = [];

    /// <summary>What brings a program to where it is to run: the controller (null) or a node's agent.</summary>
    protected virtual IReadOnlyList<string> Inside(string? node) => [];

    /// <summary>What the agent of this node is told besides.</summary>
    protected virtual IReadOnlyList<string> ArgumentsOf(string node) => AgentArguments;

    protected virtual string FirstListen => "127.0.0.1:0";

    /// <summary>Loopback addresses need no rights, and of two clusters neither has those of the other.</summary>
    protected virtual string ServiceRange => $"127.{_range}.128.0/17";

    public virtual async ValueTask InitializeAsync()
    {
        await StartControllerAsync();
        await Client.CoreV1.CreateNamespacedSecretAsync(new V1Secret
        {
            Metadata = new() { Name = "bootstrap-token-abcdef" },
            Type = "bootstrap.kubernetes.io/token",
            StringData = new Dictionary<string, string>
            {
                ["token-id"] = Token[..6], ["token-secret"] = Token[7..], ["usage-bootstrap-authentication"] = "true",
                ["auth-extra-groups"] = "system:bootstrappers:orchestrator:default-node-token",
            },
        }, "kube-system");
        await Task.WhenAll(Agents.Select(StartAgentAsync));
    }

    /// <summary>Starts the controller, again on the port it had.</summary>
    public async Task StartControllerAsync()
    {
        _controller?.Dispose();
        _listen ??= FirstListen;
        _controller = await StartAsync(null, "controller", "orchestrator-controller",
            ["--data", Path.Combine(_folder, "controller"), "--listen", _listen, "--process-pod-cidr", $"127.{_range}.0.0/17", "--service-cidr", ServiceRange,
                "--horizontal-pod-autoscaler-sync-period", "00:00:02", .. ControllerArguments], "Controller ready at");
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(KubeConfig);
        _listen = new Uri(configuration.Host).Authority;
        Client?.Dispose();
        Client = new Kubernetes(configuration);
    }

    public async Task StartAgentAsync(string node)
    {
        var bootstrap = Path.Combine(_folder, $"bootstrap-{node}.kubeconfig");
        var text = CredentialLine().Replace(await File.ReadAllTextAsync(KubeConfig), "");
        await File.WriteAllTextAsync(bootstrap, text.Replace("  user:\n", $"  user:\n    token: {Token}\n", StringComparison.Ordinal));
        var agent = await StartAsync(node, "agent", "orchestrator-agent",
            ["--data", DataFolder(node), "--node-name", node, .. ArgumentsOf(node), "--lease-renew", "00:00:01", "--bootstrap-kubeconfig", bootstrap], $"Agent {node} ready");
        lock (_agents)
        {
            if (_agents.Remove(node, out var old))
            {
                old.Dispose();
            }
            _agents[node] = agent;
        }
    }

    internal string DataFolder(string node) => Path.Combine(_folder, node);

    internal ClusterProcess Agent(string node) => _agents[node];

    /// <summary>kubectl against this cluster, unmodified, with nothing of the machine's own configuration.</summary>
    internal Task<CommandResult> KubectlAsync(string arguments, string? input = null) => KubectlAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), input);

    /// <param name="variables">Settings that kubectl has as variables only.</param>
    internal Task<CommandResult> KubectlAsync(IEnumerable<string> arguments, string? input = null, IReadOnlyDictionary<string, string>? variables = null) =>
        Command.RunAsync("kubectl", arguments, input,
            new Dictionary<string, string>(variables ?? new Dictionary<string, string>()) { ["KUBECONFIG"] = KubeConfig, ["HOME"] = _folder });

    /// <summary>A script in the shell, where the module's cmdlets are found and this cluster's context is the current one.</summary>
    internal Task<CommandResult> PowerShellAsync(string script) => Command.RunAsync(Path.Combine(Checkout.Root, OperatingSystem.IsWindows() ? "orch.cmd" : "orch"),
        ["-NoProfile", "-Command", script], environment: new Dictionary<string, string> { ["KUBECONFIG"] = KubeConfig, ["HOME"] = _folder });

    /// <summary>Called when all has ended, before its files go.</summary>
    protected virtual Task CleanAsync() => Task.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var (node, agent) in _agents)
        {
            await agent.StopAsync();
            agent.Dispose();
            string[] purge = [.. Inside(node), Checkout.Program("agent", "orchestrator-agent"), "purge", "--data", DataFolder(node), .. ArgumentsOf(node)];
            (await Command.RunAsync(purge[0], purge[1..])).Succeeded();
        }
        if (_controller is not null)
        {
            Assert.Equal(0, await _controller.StopAsync());
            _controller.Dispose();
        }
        Client?.Dispose();
        await CleanAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<ClusterProcess> StartAsync(string? node, string folder, string program, IEnumerable<string> arguments, string readyMark)
    {
        string[] words = [.. Inside(node), Checkout.Program(folder, program), .. arguments];
        return ClusterProcess.StartAsync(words[0], words[1..], readyMark);
    }

    [GeneratedRegex(@"^ *client-(certificate|key)-data:.*\n", RegexOptions.Multiline)]
    private static partial Regex CredentialLine();
}
