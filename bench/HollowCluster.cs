using System.Diagnostics;
using k8s;
using k8s.Models;

namespace Orchestrator.Bench;

/// <summary>A controller and many hollow nodes, as two processes.</summary>
internal sealed class HollowCluster : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bench-").FullName;
    private readonly List<Process> _programs = [];

    public Process Controller => _programs[0];
    public Process Agent => _programs[1];
    public Kubernetes Client { get; private set; } = null!; // Set by StartAsync, the only way to one.
    public string KubeConfig => Path.Combine(_folder, "controller", "admin.kubeconfig");

    /// <param name="nodes">How many nodes.</param>
    /// <param name="agentOptions">What the agent is told besides.</param>
    public static async Task<HollowCluster> StartAsync(int nodes, IEnumerable<string> agentOptions)
    {
        var cluster = new HollowCluster();
        try
        {
            await cluster.StartAsync("controller", "Controller ready", ["--data", Path.Combine(cluster._folder, "controller"), "--listen", "127.0.0.1:0", "--pod-cidr", "10.0.0.0/8", "--service-cidr", "172.20.0.0/16"]);
            await cluster.StartAsync("agent", "Hollow nodes ", ["--data", Path.Combine(cluster._folder, "agent"), "--hollow", $"{nodes}", "--kubeconfig", cluster.KubeConfig, .. agentOptions]);
            cluster.Client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.KubeConfig));
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    public static V1Deployment Deployment(string name, int replicas) => new()
    {
        Metadata = new() { Name = name },
        Spec = new()
        {
            Replicas = replicas,
            Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = name } },
            Template = new()
            {
                Metadata = new() { Labels = new Dictionary<string, string> { ["app"] = name } },
                Spec = new()
                {
                    Containers =
                    [
                        new()
                        {
                            Name = "c", Image = "none",
                            Resources = new() { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("50m"), ["memory"] = new("64Mi") } },
                        },
                    ],
                },
            },
        },
    };

    public void Dispose()
    {
        foreach (var program in _programs.AsEnumerable().Reverse())
        {
            Programs.Stop(program);
            program.Dispose();
        }
        Client?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(string folder, string mark, string[] arguments)
    {
        var program = Programs.Start(folder, $"orchestrator-{folder}", arguments);
        _programs.Add(program);
        program.ErrorDataReceived += (_, _) => { };
        program.BeginErrorReadLine();
        while (await program.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(mark, StringComparison.Ordinal))
            {
                return;
            }
        }
        throw new InvalidOperationException($"{program.StartInfo.FileName} did not start");
    }
}
