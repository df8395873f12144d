using System.Globalization;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Orchestrator.Cluster.Tests.Docker;

/// <summary>
/// Pods that come and go: some that run until they are deleted, some that end by themselves with an exit code of their own. Each writes what it does into
/// a file of this machine, so that what ran is known from another side than the agent's.
/// </summary>
internal sealed class Churn(Kubernetes client, string folder, string token, Random random)
{
    private const string Namespace = "default";
    private readonly Dictionary<string, int> _exitCodes = [];
    private readonly HashSet<string> _deleted = [];
    private readonly HashSet<string> _disturbed = [];
    private readonly Dictionary<string, string> _terminal = [];
    private int _count;

    /// <summary>Pods that ended, as the API told it first.</summary>
    public IReadOnlyDictionary<string, string> Terminal => _terminal;

    public async Task StepAsync(CancellationToken cancellationToken)
    {
        for (var made = 0; made < 3; made++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"churn-{_count++}");
            var isJob = random.Next(2) == 0;
            if (isJob)
            {
                _exitCodes[name] = random.Next(3) == 0 ? random.Next(1, 100) : 0;
            }
            await client.CoreV1.CreateNamespacedPodAsync(Describe(name, isJob ? _exitCodes[name] : null), Namespace, cancellationToken: cancellationToken);
        }
        var pods = await LookAsync(cancellationToken);
        foreach (var victim in pods.Where(pod => pod.Metadata.DeletionTimestamp is null && !_exitCodes.ContainsKey(pod.Metadata.Name)).OrderBy(_ => random.Next()).Take(random.Next(3)))
        {
            _deleted.Add(victim.Metadata.Name);
            await DeleteAsync(victim.Metadata.Name, cancellationToken);
        }
    }

    /// <summary>The engine is about to be killed: what runs now may end by that.</summary>
    public async Task DisturbAsync(CancellationToken cancellationToken) =>
        _disturbed.UnionWith((await LookAsync(cancellationToken)).Where(pod => !IsTerminal(pod)).Select(pod => pod.Metadata.Name));

    /// <summary>All pods, having noted which ended and how.</summary>
    /// <exception cref="InvalidOperationException">One that had ended is told otherwise now.</exception>
    public async Task<IList<V1Pod>> LookAsync(CancellationToken cancellationToken)
    {
        var pods = (await client.CoreV1.ListNamespacedPodAsync(Namespace, cancellationToken: cancellationToken)).Items;
        foreach (var pod in pods)
        {
            var now = Ended(pod);
            if (_terminal.TryGetValue(pod.Metadata.Name, out var before) && before != now)
            {
                throw new InvalidOperationException($"{pod.Metadata.Name} had ended as {before} and is told as {now}");
            }
            if (IsTerminal(pod))
            {
                _terminal[pod.Metadata.Name] = now;
            }
        }
        return pods;
    }

    /// <returns>What is not as it has to be in the end; empty when all is well.</returns>
    public async Task<IReadOnlyList<string>> FindWrongAsync(CancellationToken cancellationToken)
    {
        List<string> wrong = [];
        var pods = (await LookAsync(cancellationToken)).ToDictionary(pod => pod.Metadata.Name);
        foreach (var (name, exitCode) in _exitCodes)
        {
            var runs = Runs(name);
            if (!pods.TryGetValue(name, out var pod) || !IsTerminal(pod))
            {
                wrong.Add($"{name} has not ended: {(pod is null ? "it is gone" : KubernetesJson.Serialize(pod.Status))}");
            }
            else if (!_disturbed.Contains(name) && (Ended(pod) != (exitCode == 0 ? "Succeeded 0" : $"Failed {exitCode}") || runs != 1))
            {
                wrong.Add($"{name} ended as {Ended(pod)} after {runs} runs, its exit code is {exitCode}");
            }
        }
        foreach (var name in Enumerable.Range(0, _count).Select(number => $"churn-{number}").Where(name => !_exitCodes.ContainsKey(name)))
        {
            pods.TryGetValue(name, out var pod);
            if (_deleted.Contains(name) ? pod is not null : pod?.Status.ContainerStatuses is not [{ Ready: true }])
            {
                wrong.Add($"{name} ({(_deleted.Contains(name) ? "deleted" : "wanted")}): {(pod is null ? "it is gone" : KubernetesJson.Serialize(pod.Status))}");
            }
        }
        return wrong;
    }

    public async Task DeleteAllAsync(CancellationToken cancellationToken)
    {
        foreach (var pod in await LookAsync(cancellationToken))
        {
            await DeleteAsync(pod.Metadata.Name, cancellationToken);
        }
    }

    private async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await client.CoreV1.DeleteNamespacedPodWithHttpMessagesAsync(name, Namespace, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException problem) when (problem.Response.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // It has left meanwhile.
        }
    }

    private int Runs(string name) => File.Exists(Path.Combine(folder, name)) ? File.ReadAllLines(Path.Combine(folder, name)).Length : 0;

    private static bool IsTerminal(V1Pod pod) => pod.Status.Phase is "Succeeded" or "Failed";

    private static string Ended(V1Pod pod) =>
        string.Create(CultureInfo.InvariantCulture, $"{pod.Status.Phase} {pod.Status.ContainerStatuses?.FirstOrDefault()?.State.Terminated?.ExitCode}");

    private V1Pod Describe(string name, int? exitCode) => new()
    {
        Metadata = new() { Name = name },
        Spec = new()
        {
            NodeName = DockerCluster.Node,
            RestartPolicy = exitCode is null ? "Always" : "Never",
            TerminationGracePeriodSeconds = 1,
            Containers =
            [
                new()
                {
                    Name = "c", Image = "host", ImagePullPolicy = "IfNotPresent",
                    Command = ["sh", "-c", exitCode is { } code
                        ? string.Create(CultureInfo.InvariantCulture, $": {token}; echo run >>/marks/{name}; sleep 0.{random.Next(10)}; exit {code}")
                        : $": {token}; trap 'exit 0' TERM; while :; do sleep 0.2; done"],
                    VolumeMounts = [new() { Name = "marks", MountPath = "/marks" }, new() { Name = "scratch", MountPath = "/scratch" }],
                },
            ],
            Volumes = [new() { Name = "marks", HostPath = new() { Path = folder } }, new() { Name = "scratch", EmptyDir = new() { Medium = "Memory", SizeLimit = new("1Mi") } }],
        },
    };
}
