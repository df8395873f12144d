using System.Globalization;
using Docker.DotNet;
using Orchestrator.Testing;
using Xunit;

namespace Orchestrator.Cluster.Tests.Hosts;

/// <summary>
/// Three hosts on one segment, each with its own network, Docker Engine and agent, and a controller beside them. Hosts can be cut off, slowed and killed.
/// Skips its tests where there can be no engines.
/// </summary>
public sealed class HostCluster : TestCluster
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, PrivateEngine> _engines = [];

    public static IReadOnlyList<string> Hosts { get; } = ["h1", "h2", "h3"];

    internal Segment Segment { get; } = new();

    protected override IReadOnlyList<string> Agents => Hosts;

    protected override string FirstListen => $"{Segment.Address}:6443";

    protected override string ServiceRange => "10.96.0.0/16";

    // Nodes are missed sooner than by default, so that what follows from it is seen sooner.
    protected override IReadOnlyList<string> ControllerArguments { get; } = ["--node-lease-grace", "00:00:04", "--pod-cidr", "10.244.0.0/16"];

    protected override IReadOnlyList<string> Inside(string? node) => node is null ? Segment.Inside : Segment.Enter(_engines[node].NetworkProcessId);

    protected override IReadOnlyList<string> ArgumentsOf(string node) => ["--runtime", "docker", "--docker-endpoint", _engines[node].Endpoint.ToString(), "--proxy", ProxyOf(node)];

    /// <summary>One host's rules are iptables', the others' nftables'.</summary>
    private static string ProxyOf(string node) => node == "h2" ? "iptables" : "auto";

    public override async ValueTask InitializeAsync()
    {
        foreach (var host in Hosts)
        {
            var engine = _engines[host] = new PrivateEngine();
            var unusable = await engine.StartAsync(TestContext.Current.CancellationToken);
            Assert.SkipWhen(unusable is not null, unusable ?? "");
        }
        await Segment.StartAsync();
        foreach (var host in Hosts)
        {
            await Segment.LinkAsync(host, _engines[host].NetworkProcessId);
        }
        await base.InitializeAsync();
    }

    /// <summary>The host loses its power: its link, its engine and its agent are gone, and its containers with them.</summary>
    internal async Task KillAsync(string host)
    {
        await Segment.CutAsync(host);
        Agent(host).Kill();
        foreach (var container in await Engine(host).Containers.ListContainersAsync(new()))
        {
            await Engine(host).Containers.KillContainerAsync(container.ID, new() { Signal = "SIGKILL" }, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The host is started again, with what is on its disk.</summary>
    internal async Task RebootAsync(string host)
    {
        Assert.Null(await _engines[host].RestartAsync(kill: true, TestContext.Current.CancellationToken));
        await Segment.HealAsync(host);
        await StartAgentAsync(host);
    }

    /// <summary>Runs a command in a pod by its engine: also when the host is cut off.</summary>
    internal async Task<CommandResult> InPodAsync(string host, string pod, params string[] command)
    {
        var engine = Engine(host);
        var containers = await engine.Containers.ListContainersAsync(new());
        var container = containers.Single(container => container.Labels.TryGetValue("orchestrator.dev/pod-name", out var name) && name == pod && container.Labels.ContainsKey("orchestrator.dev/container"));
        var exec = await engine.Exec.ExecCreateContainerAsync(container.ID, new() { Cmd = [.. command], AttachStdout = true, AttachStderr = true });
        using var stream = await engine.Exec.StartAndAttachContainerExecAsync(exec.ID, false, TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(Patience);
        var (output, error) = await stream.ReadOutputToEndAsync(limit.Token);
        var ended = await engine.Exec.InspectContainerExecAsync(exec.ID, TestContext.Current.CancellationToken);
        return new((int)ended.ExitCode, output, error);
    }

    /// <summary>Runs a command on the host itself.</summary>
    internal Task<CommandResult> OnHostAsync(string host, params string[] command)
    {
        string[] words = [.. Inside(host), .. command];
        return Command.RunAsync(words[0], words[1..], environment: new Dictionary<string, string> { ["PATH"] = string.Create(CultureInfo.InvariantCulture, $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin") });
    }

    /// <summary>What a host's network is made of, and what its agent said: for a test that fails.</summary>
    internal async Task<string> DescribeAsync(string host)
    {
        var shown = await OnHostAsync(host, "sh", "-c", "ip route; ip neighbour; nft list ruleset; iptables -t nat -S; iptables -S");
        return $"{host}:\n{shown.Output}{shown.Error}\n{Agent(host).Log}";
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            foreach (var engine in _engines.Values)
            {
                await engine.DisposeAsync();
            }
            await Segment.DisposeAsync();
        }
    }

    internal Uri EndpointOf(string host) => _engines[host].Endpoint;

    private DockerClient Engine(string host) => _engines[host].Client;
}
