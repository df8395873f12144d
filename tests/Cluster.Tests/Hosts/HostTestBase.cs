using System.Net.Http;
using k8s;
using Xunit;

namespace Orchestrator.Cluster.Tests.Hosts;

/// <summary>All of these tests share three hosts.</summary>
[CollectionDefinition(Name)]
public sealed class HostCollection : ICollectionFixture<HostCluster>
{
    public const string Name = "Hosts";
}

/// <summary>Web servers on all hosts, and questions to them from pods and hosts.</summary>
public abstract class HostTestBase(HostCluster cluster)
{
    private protected HostCluster Cluster => cluster;

    internal sealed record Place(string Name, string Host, string Address);

    private protected async Task StartWebAsync(string name, int replicas)
    {
        (await Cluster.KubectlAsync("apply -f -", Web(name, replicas, ""))).Succeeded();
        await RolledOutAsync(name);
    }

    private protected async Task RolledOutAsync(string name)
    {
        var rolled = await Cluster.KubectlAsync($"rollout status deploy/{name} --timeout=60s");
        Assert.True(rolled.ExitCode == 0, rolled.Error + (rolled.ExitCode == 0 ? "" : (await Cluster.KubectlAsync($"describe pods -l app={name}")).Output));
    }

    /// <summary>Asks a service again and again, and says in its log who answered.</summary>
    private protected async Task StartClientAsync(string name, string host, string service)
    {
        (await Cluster.KubectlAsync("apply -f -", $$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: {{name}} }
            spec:
              nodeName: {{host}}
              terminationGracePeriodSeconds: 1
              containers:
              - {name: c, image: host, imagePullPolicy: IfNotPresent, command: [sh, -c, {{System.Text.Json.JsonSerializer.Serialize($"while :; do if a=$({Script($"http://{service}/cgi-bin/who")} 2>&1); then echo ok $a; else echo failed $a; fi; sleep 0.05; done")}}]}
            """)).Succeeded();
        (await Cluster.KubectlAsync($"wait pod/{name} --for=condition=Ready --timeout=60s")).Succeeded();
    }

    private protected async Task<List<string>> AnswersAsync(string pod) => [.. (await Cluster.KubectlAsync($"logs {pod}")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private protected async Task RemoveAsync(string name) => (await Cluster.KubectlAsync($"delete deploy {name} --cascade=foreground --timeout=90s")).Succeeded();

    private protected async Task<IReadOnlyList<Place>> PodsAsync(string app)
    {
        var pods = await Cluster.Client.CoreV1.ListNamespacedPodAsync("default", labelSelector: $"app={app}", cancellationToken: TestContext.Current.CancellationToken);
        return [.. pods.Items.Where(pod => pod.Metadata.DeletionTimestamp is null).Select(pod => new Place(pod.Metadata.Name, pod.Spec.NodeName, pod.Status.PodIP))];
    }

    private protected async Task<IReadOnlyList<Place>> ReadyPodsAsync(string app)
    {
        var pods = await Cluster.Client.CoreV1.ListNamespacedPodAsync("default", labelSelector: $"app={app}", cancellationToken: TestContext.Current.CancellationToken);
        return [.. pods.Items.Where(pod => pod.Metadata.DeletionTimestamp is null && pod.Status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true)
            .Select(pod => new Place(pod.Metadata.Name, pod.Spec.NodeName, pod.Status.PodIP))];
    }

    private protected async Task<IReadOnlyList<string>> UidsAsync(string app) =>
        [.. (await Cluster.KubectlAsync($"get pods -l app={app} -o jsonpath={{.items[*].metadata.uid}}")).Succeeded().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order()];

    private protected Task<CommandResult> WgetAsync(Place from, string url) => Cluster.InPodAsync(from.Host, from.Name, "sh", "-c", Script(url));

    // A static busybox crashes where it looks up a name, be it that of a port: getent does it in its place, and its nc takes numbers.
    private protected static string Script(string url)
    {
        var target = new Uri(url);
        return $"a=$(getent ahostsv4 {target.Host}) && o=$(printf 'GET {target.PathAndQuery} HTTP/1.0\\r\\n\\r\\n' | busybox nc -w 5 ${{a%% *}} {target.Port}) && echo \"${{o##*\n}}\"";
    }

    private protected Task<CommandResult> GetAsync(HttpClient client, string host) => GetAsync(client, new Uri($"http://{Cluster.Segment.AddressOf(host)}:30123/cgi-bin/who"));

    private protected static async Task<CommandResult> GetAsync(HttpClient client, Uri address)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { ConnectionClose = true } };
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return new(0, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return new(1, "", e.Message);
        }
    }

    /// <summary>Asks until each of the pods has answered.</summary>
    private protected async Task SeesAllAsync(IReadOnlyList<Place> pods, Func<Task<CommandResult>> ask, string what)
    {
        var seen = new HashSet<string>();
        try
        {
            await Eventually.GetAsync(ask, answer =>
            {
                seen.Add(Name(answer));
                return pods.All(pod => seen.Contains(pod.Name));
            }, answer => $"{what}: {string.Join(' ', seen)}, last: {answer.ExitCode} {answer.Output}{answer.Error}", seconds: 20);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{string.Join('\n', await Task.WhenAll(HostCluster.Hosts.Select(Cluster.DescribeAsync)))}");
        }
    }

    private protected async Task GoneAsync(Place from, string address) => await Eventually.GetAsync(
        () => WgetAsync(from, $"http://{address}/cgi-bin/who"), answer => answer.ExitCode != 0, answer => answer.Output, seconds: 5);

    private protected static string Name(CommandResult answer) => answer.Output.Split(' ') is [_, var name] ? name.Trim() : "";

    private protected static string Show(IReadOnlyCollection<string> answers) => string.Join('\n', answers.TakeLast(20));

    private protected static string HostPortPod(string name, string host) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}} }
        spec:
          nodeSelector: {kubernetes.io/hostname: {{host}} }
          terminationGracePeriodSeconds: 1
          containers:
          - name: c
            image: host
            imagePullPolicy: IfNotPresent
            command: [sh, -c, "mkdir -p /tmp/w && hostname > /tmp/w/index.html && exec httpd -f -p 8080 -h /tmp/w"]
            ports: [{containerPort: 8080, hostPort: 18080}]
            readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
        """;

    private protected static string Web(string name, int replicas, string more, bool spread = true) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{name}} }
        spec:
          replicas: {{replicas}}
          selector: {matchLabels: {app: {{name}} } }
          template:
            metadata: {labels: {app: {{name}} } }
            spec:
              terminationGracePeriodSeconds: 3
              topologySpreadConstraints:
              - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: {{(spread ? "DoNotSchedule" : "ScheduleAnyway")}}, labelSelector: {matchLabels: {app: {{name}} } } }
              {{more}}
              containers:
              - name: c
                image: host
                imagePullPolicy: IfNotPresent
                command:
                - sh
                - -c
                - |
                  mkdir -p /tmp/w/cgi-bin && printf '#!/bin/sh\necho\na=${REMOTE_ADDR##*:}; echo ${a%%%%]} $(hostname)\n' > /tmp/w/cgi-bin/who && busybox chmod +x /tmp/w/cgi-bin/who && touch /tmp/ready
                  exec httpd -f -p 8080 -h /tmp/w
                ports: [{name: web, containerPort: 8080}]
                # Patient: a machine with much to do is no reason to take a server out.
                readinessProbe: {exec: {command: [test, -e, /tmp/ready]}, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 5}
        """;
}
