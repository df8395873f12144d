using System.Diagnostics;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Orchestrator.Testing;

namespace Orchestrator.Bench;

/// <summary>A controller and one agent, as built, over an engine of their own.</summary>
internal sealed partial class DockerCluster : IAsyncDisposable
{
    public const string Node = "bench";
    private const string Token = "abcdef.0123456789abcdef";

    private readonly string _folder = Directory.CreateTempSubdirectory("bench-").FullName;
    private Process? _controller;

    public PrivateEngine Engine { get; } = new();

    public Kubernetes Client { get; private set; } = null!; // Set by StartAsync, which comes first.

    public Process Agent { get; private set; } = null!; // Set by StartAsync, which comes first.

    /// <returns>Why it cannot be here, or null.</returns>
    public async Task<string?> StartAsync()
    {
        if (await Engine.StartAsync(CancellationToken.None) is { } unusable)
        {
            return unusable;
        }
        _controller = Programs.Start("controller", "orchestrator-controller", "--data", Path.Combine(_folder, "controller"), "--listen", "127.0.0.1:0");
        await ReadyAsync(_controller, "Controller ready");
        var kubeconfig = Path.Combine(_folder, "controller", "admin.kubeconfig");
        Client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
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
        var bootstrap = Path.Combine(_folder, "bootstrap.kubeconfig");
        await File.WriteAllTextAsync(bootstrap, CredentialLine().Replace(await File.ReadAllTextAsync(kubeconfig), "").Replace("  user:\n", $"  user:\n    token: {Token}\n", StringComparison.Ordinal));
        Agent = Programs.Start("agent", "orchestrator-agent", "--data", Path.Combine(_folder, "agent"), "--node-name", Node, "--runtime", "docker",
            "--docker-endpoint", Engine.Endpoint.ToString(), "--bootstrap-kubeconfig", bootstrap, "--proxy", "none", "--capacity", "pods=500");
        await ReadyAsync(Agent, $"Agent {Node} ready");
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in new[] { Agent, _controller }.OfType<Process>())
        {
            Programs.Stop(program);
            program.Dispose();
        }
        Client?.Dispose();
        await Engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task ReadyAsync(Process program, string mark)
    {
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

    [GeneratedRegex(@"^ *client-(certificate|key)-data:.*\n", RegexOptions.Multiline)]
    private static partial Regex CredentialLine();
}
