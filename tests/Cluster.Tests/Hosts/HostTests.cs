using System.Net.Http;
using System.Text.RegularExpressions;
using k8s;
using Xunit;

namespace Orchestrator.Cluster.Tests.Hosts;

/// <summary>Pods, services and names over several machines, and what is left of them when machines and links fail.</summary>
public sealed class HostTests(HostCluster cluster) : IClassFixture<HostCluster>
{
    [Fact]
    public async Task Pods_OfAllHosts_ReachEachOther_AndAreSeenByTheirOwnAddresses()
    {
        await StartWebAsync("each", 3);
        var pods = await PodsAsync("each");
        Assert.Equal(HostCluster.Hosts, pods.Select(pod => pod.Host).Order());
        foreach (var from in pods)
        {
            foreach (var to in pods.Where(to => to != from))
            {
                // An engine that has just made its network has put its own rules before ours; they are put right within seconds.
                await Eventually.GetAsync(() => WgetAsync(from, $"http://{to.Address}:8080/cgi-bin/who"), answer => answer.Output == $"{from.Address} {to.Name}\n", answer => $"{from} to {to}: {answer.Output}{answer.Error}", seconds: 20);
            }
            // The machines see them too, and the way out of the cluster goes by the machine's address.
            Assert.Contains(from.Name, (await cluster.OnHostAsync("h1", "sh", "-c", Script($"http://{from.Address}:8080/cgi-bin/who"))).Succeeded(), StringComparison.Ordinal);
        }
        await RemoveAsync("each");
    }

    [Fact]
    public async Task Service_IsReachedFromEveryHost_ByAddressNameAndNodePort_AndSpreadOverAllPods()
    {
        await StartWebAsync("spread", 3);
        (await cluster.KubectlAsync("apply -f -", """
            apiVersion: v1
            kind: Service
            metadata: {name: spread}
            spec: {type: NodePort, selector: {app: spread}, ports: [{name: web, port: 80, targetPort: web, nodePort: 30123}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: members}
            spec: {clusterIP: None, selector: {app: spread}, ports: [{name: web, port: 8080}]}
            """)).Succeeded();
        var pods = await PodsAsync("spread");
        var address = (await cluster.KubectlAsync("get svc spread -o jsonpath={.spec.clusterIP}")).Succeeded().Trim();
        foreach (var pod in pods)
        {
            // By name: a pod's own search path, so that DNS and the proxy have both to do their part. A pod reaches itself too.
            await SeesAllAsync(pods, () => WgetAsync(pod, "http://spread/cgi-bin/who"), $"from {pod.Name} on {pod.Host} by name");
            await SeesAllAsync(pods, () => WgetAsync(pod, $"http://{address}/cgi-bin/who"), $"from {pod.Name} on {pod.Host} by address");
            await SeesAllAsync(pods, () => cluster.OnHostAsync(pod.Host, "sh", "-c", Script($"http://{address}/cgi-bin/who")), $"from {pod.Host} itself");
            var found = (await cluster.InPodAsync(pod.Host, pod.Name, "getent", "ahostsv4", "members")).Output;
            Assert.All(pods, member => Assert.Contains(member.Address, found, StringComparison.Ordinal));
        }
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        foreach (var host in HostCluster.Hosts)
        {
            await SeesAllAsync(pods, () => GetAsync(client, host), $"by the node port of {host}");
        }

        // Only its own pods, and the client's address is kept.
        (await cluster.KubectlAsync(["patch", "svc", "spread", "-p", """{"spec":{"externalTrafficPolicy":"Local"}}"""])).Succeeded();
        foreach (var host in HostCluster.Hosts)
        {
            var own = pods.Single(pod => pod.Host == host).Name;
            await Eventually.GetAsync(() => GetAsync(client, host), answer => Regex.IsMatch(answer.Output, $@"^172\.30\.\d+\.254 {own}\n$"), answer => answer.Output + answer.Error);
            for (var i = 0; i < 5; i++)
            {
                Assert.Contains(own, (await GetAsync(client, host)).Output, StringComparison.Ordinal);
            }
        }
        (await cluster.KubectlAsync("delete svc spread members")).Succeeded();
        await GoneAsync(pods[0], address);
        await RemoveAsync("spread");
    }

    [Fact]
    public async Task Affinity_KeepsAPodWithItsTarget_OnAllHosts()
    {
        await StartWebAsync("sticky", 3);
        (await cluster.KubectlAsync("apply -f -", """
            apiVersion: v1
            kind: Service
            metadata: {name: sticky}
            spec: {sessionAffinity: ClientIP, selector: {app: sticky}, ports: [{port: 80, targetPort: web}]}
            """)).Succeeded();
        foreach (var pod in await PodsAsync("sticky"))
        {
            var first = await Eventually.GetAsync(() => WgetAsync(pod, "http://sticky/cgi-bin/who"), answer => answer.ExitCode == 0, answer => answer.Error);
            for (var i = 0; i < 8; i++)
            {
                Assert.Equal(Name(first), Name(await WgetAsync(pod, "http://sticky/cgi-bin/who")));
            }
        }
        (await cluster.KubectlAsync("delete svc sticky")).Succeeded();
        await RemoveAsync("sticky");
    }

    [Fact]
    public async Task RollingUpdate_UnderLoad_LosesNoRequest_AndUnreadyPodsGetNothingNew()
    {
        await StartWebAsync("rolled", 3);
        (await cluster.KubectlAsync("expose deployment rolled --port=80 --target-port=8080")).Succeeded();
        await StartClientAsync("load", "h1", "rolled");
        await Eventually.GetAsync(() => AnswersAsync("load"), answers => answers.Count(answer => answer.StartsWith("ok", StringComparison.Ordinal)) > 5, Show);
        (await cluster.KubectlAsync("set env deployment/rolled VERSION=2")).Succeeded();
        await RolledOutAsync("rolled");

        // Not ready any more, though it runs: within a second of the API's knowing nothing new arrives.
        var pods = await PodsAsync("rolled");
        (await cluster.InPodAsync(pods[0].Host, pods[0].Name, "rm", "/tmp/ready")).Succeeded();
        (await cluster.KubectlAsync($"wait pod/{pods[0].Name} --for=condition=Ready=False --timeout=20s")).Succeeded();
        var lost = TimeProvider.System.GetTimestamp();
        await Eventually.GetAsync(() => AnswersAsync("load"), answers => TimeProvider.System.GetElapsedTime(lost) > TimeSpan.FromSeconds(1), Show);
        var before = (await AnswersAsync("load")).Count;
        var after = (await Eventually.GetAsync(() => AnswersAsync("load"), answers => answers.Count > before + 20, Show)).Skip(before);
        Assert.DoesNotContain(after, answer => answer.Contains(pods[0].Name, StringComparison.Ordinal));
        Assert.DoesNotContain(await AnswersAsync("load"), answer => answer.StartsWith("failed", StringComparison.Ordinal));
        (await cluster.KubectlAsync("delete pod load --grace-period=0 --force")).Succeeded();
        (await cluster.KubectlAsync("delete svc rolled")).Succeeded();
        await RemoveAsync("rolled");
    }

    [Fact]
    public async Task Controller_Restarts_UnderTraffic_NoRequestIsLost()
    {
        await StartWebAsync("steady", 3);
        (await cluster.KubectlAsync("expose deployment steady --port=80 --target-port=8080")).Succeeded();
        await StartClientAsync("steadyload", "h2", "steady");
        await Eventually.GetAsync(() => AnswersAsync("steadyload"), answers => answers.Count > 10, Show);
        cluster.Controller.Kill();
        await cluster.StartControllerAsync();
        var heard = (await AnswersAsync("steadyload")).Count;
        await Eventually.GetAsync(() => AnswersAsync("steadyload"), answers => answers.Count > heard + 20, Show);
        Assert.DoesNotContain(await AnswersAsync("steadyload"), answer => answer.StartsWith("failed", StringComparison.Ordinal));
        (await cluster.KubectlAsync("delete pod steadyload --grace-period=0 --force")).Succeeded();
        (await cluster.KubectlAsync("delete svc steady")).Succeeded();
        await RemoveAsync("steady");
    }

    [Fact]
    public async Task Partition_PodsNamesAndServicesGoOn_AndHealingLeavesNothingStale()
    {
        await StartWebAsync("cut", 3);
        (await cluster.KubectlAsync("expose deployment cut --port=80 --target-port=8080")).Succeeded();
        var pods = await PodsAsync("cut");
        var lost = pods.Single(pod => pod.Host == "h3");
        var others = pods.Where(pod => pod != lost).ToArray();
        foreach (var pod in pods)
        {
            await SeesAllAsync(pods, () => WgetAsync(pod, "http://cut/cgi-bin/who"), $"from {pod.Name}");
        }
        var before = await UidsAsync("cut");
        await cluster.Segment.CutAsync("h3");
        try
        {
            await SeeTheCutAsync(lost, others);
        }
        finally
        {
            await cluster.Segment.HealAsync("h3");
        }
        var healed = TimeProvider.System.GetTimestamp();
        var back = await cluster.KubectlAsync("wait node/h3 --for=condition=Ready --timeout=30s");
        Assert.True(back.ExitCode == 0, back.Error + (back.ExitCode == 0 ? "" : await cluster.DescribeAsync("h3")));
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get endpointslices -l kubernetes.io/service-name=cut -o jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].nodeName}")).Succeeded(),
            ready => ready.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order().SequenceEqual(HostCluster.Hosts), ready => ready);
        TestContext.Current.TestOutputHelper?.WriteLine($"endpoints were right {TimeProvider.System.GetElapsedTime(healed).TotalSeconds:F1} s after the link was");
        Assert.InRange(TimeProvider.System.GetElapsedTime(healed), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        // The same pods, each once.
        Assert.Equal(before, await UidsAsync("cut"));
        foreach (var pod in pods)
        {
            await SeesAllAsync(pods, () => WgetAsync(pod, "http://cut/cgi-bin/who"), $"from {pod.Name}, healed");
        }
        (await cluster.KubectlAsync("delete svc cut")).Succeeded();
        await RemoveAsync("cut");
    }

    private async Task SeeTheCutAsync(Place lost, Place[] others)
    {
        // Cut off, it answers names and brings connections to the pods that it still can reach.
        Assert.Contains("10.96.", (await cluster.InPodAsync("h3", lost.Name, "getent", "ahostsv4", "cut")).Output, StringComparison.Ordinal);
        var own = 0;
        for (var i = 0; i < 12; i++)
        {
            own += Name(await cluster.InPodAsync("h3", lost.Name, "sh", "-c", Script("http://cut/cgi-bin/who").Replace("-w 5", "-w 1", StringComparison.Ordinal))) == lost.Name ? 1 : 0;
        }
        Assert.InRange(own, 1, 12);
        (await cluster.KubectlAsync("wait node/h3 --for=condition=Ready=Unknown --timeout=30s")).Succeeded();
        // The others go on among themselves, without a connection to who is gone.
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get endpointslices -l kubernetes.io/service-name=cut -o jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].nodeName}")).Succeeded(),
            ready => !ready.Contains("h3", StringComparison.Ordinal), ready => ready);
        var told = TimeProvider.System.GetTimestamp();
        await Eventually.GetAsync(() => Task.FromResult(TimeProvider.System.GetElapsedTime(told)), elapsed => elapsed > TimeSpan.FromSeconds(1), elapsed => $"{elapsed}");
        for (var i = 0; i < 12; i++)
        {
            Assert.NotEqual(lost.Name, Name((await WgetAsync(others[i % 2], "http://cut/cgi-bin/who"))));
        }
    }

    [Fact]
    public async Task HostKilled_ItsPodsAreReplacedElsewhere_AndItComesBackWithoutThem()
    {
        (await cluster.KubectlAsync("apply -f -", Web("killed", 3, "tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 1}, {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 1}]", spread: false))).Succeeded();
        await RolledOutAsync("killed");
        (await cluster.KubectlAsync("expose deployment killed --port=80 --target-port=8080")).Succeeded();
        var gone = (await PodsAsync("killed")).Where(pod => pod.Host == "h3").ToArray();
        Assert.NotEmpty(gone);
        await cluster.KillAsync("h3");
        IReadOnlyList<Place> pods;
        try
        {
            pods = await Eventually.GetAsync(() => ReadyPodsAsync("killed"), now => now.Count == 3 && now.All(pod => pod.Host != "h3"), now => string.Join(' ', now));
            await SeesAllAsync(pods, () => WgetAsync(pods[0], "http://killed/cgi-bin/who"), "after a host was lost");
        }
        finally
        {
            await cluster.RebootAsync("h3");
        }
        (await cluster.KubectlAsync("wait node/h3 --for=condition=Ready --timeout=60s")).Succeeded();
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get pods -l app=killed -o jsonpath={.items[*].metadata.name}")).Succeeded().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
            names => names.Length == 3 && !names.Intersect(gone.Select(pod => pod.Name)).Any(), names => string.Join(' ', names));
        var ready = await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get endpointslices -l kubernetes.io/service-name=killed -o jsonpath={.items[*].endpoints[*].addresses[0]}")).Succeeded().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
            addresses => addresses.Order().SequenceEqual(pods.Select(pod => pod.Address).Order()), addresses => string.Join(' ', addresses));
        Assert.Equal(3, ready.Distinct().Count());
        (await cluster.KubectlAsync("delete svc killed")).Succeeded();
        await RemoveAsync("killed");
    }

    [Fact]
    public async Task LossyLink_RequestsGetThrough()
    {
        await StartWebAsync("lossy", 3);
        (await cluster.KubectlAsync("expose deployment lossy --port=80 --target-port=8080")).Succeeded();
        var pods = await PodsAsync("lossy");
        await SeesAllAsync(pods, () => WgetAsync(pods[0], "http://lossy/cgi-bin/who"), "before");
        await cluster.Segment.DropAsync("h2", 15);
        try
        {
            await SeesAllAsync(pods, () => WgetAsync(pods.First(pod => pod.Host == "h1"), "http://lossy/cgi-bin/who"), "over a lossy link");
        }
        finally
        {
            await cluster.Segment.HealAsync("h2");
        }
        (await cluster.KubectlAsync("delete svc lossy")).Succeeded();
        await RemoveAsync("lossy");
    }

    [Fact]
    public async Task SlowLink_RequestsGetThrough()
    {
        Assert.SkipUnless(await cluster.Segment.TryDelayAsync("h2", TimeSpan.FromMilliseconds(50)), "this kernel has no netem: links cannot be delayed");
        try
        {
            await StartWebAsync("slow", 3);
            (await cluster.KubectlAsync("expose deployment slow --port=80 --target-port=8080")).Succeeded();
            var pods = await PodsAsync("slow");
            await SeesAllAsync(pods, () => WgetAsync(pods[0], "http://slow/cgi-bin/who"), "over a slow link");
            (await cluster.KubectlAsync("delete svc slow")).Succeeded();
            await RemoveAsync("slow");
        }
        finally
        {
            await cluster.Segment.UndelayAsync("h2");
        }
    }

    [Fact]
    public async Task RulesAndRoutes_ThatOthersTookAway_ComeBack_AndTheirsStay()
    {
        await StartWebAsync("kept", 3);
        (await cluster.KubectlAsync("expose deployment kept --port=80 --target-port=8080")).Succeeded();
        var pods = await PodsAsync("kept");
        var from = pods.Single(pod => pod.Host == "h1");
        await SeesAllAsync(pods, () => WgetAsync(from, "http://kept/cgi-bin/who"), "before");
        (await cluster.OnHostAsync("h1", "nft", "add", "table", "ip", "strangers")).Succeeded();
        (await cluster.OnHostAsync("h1", "sh", "-c", "nft list tables | grep orchestrator | sed s/table/delete\\ table/ | nft -f - && ip route flush proto 111")).Succeeded();
        await SeesAllAsync(pods, () => WgetAsync(from, "http://kept/cgi-bin/who"), "after rules and routes were taken away");
        Assert.Contains("strangers", (await cluster.OnHostAsync("h1", "nft", "list", "tables")).Succeeded(), StringComparison.Ordinal);
        (await cluster.KubectlAsync("delete svc kept")).Succeeded();
        await RemoveAsync("kept");
    }

    private sealed record Place(string Name, string Host, string Address);

    private async Task StartWebAsync(string name, int replicas)
    {
        (await cluster.KubectlAsync("apply -f -", Web(name, replicas, ""))).Succeeded();
        await RolledOutAsync(name);
    }

    private async Task RolledOutAsync(string name)
    {
        var rolled = await cluster.KubectlAsync($"rollout status deploy/{name} --timeout=60s");
        Assert.True(rolled.ExitCode == 0, rolled.Error + (rolled.ExitCode == 0 ? "" : (await cluster.KubectlAsync($"describe pods -l app={name}")).Output));
    }

    /// <summary>Asks a service again and again, and says in its log who answered.</summary>
    private async Task StartClientAsync(string name, string host, string service)
    {
        (await cluster.KubectlAsync("apply -f -", $$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: {{name}} }
            spec:
              nodeName: {{host}}
              terminationGracePeriodSeconds: 1
              containers:
              - {name: c, image: host, imagePullPolicy: IfNotPresent, command: [sh, -c, {{System.Text.Json.JsonSerializer.Serialize($"while :; do if a=$({Script($"http://{service}/cgi-bin/who")} 2>&1); then echo ok $a; else echo failed $a; fi; sleep 0.05; done")}}]}
            """)).Succeeded();
        (await cluster.KubectlAsync($"wait pod/{name} --for=condition=Ready --timeout=60s")).Succeeded();
    }

    private async Task<List<string>> AnswersAsync(string pod) => [.. (await cluster.KubectlAsync($"logs {pod}")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private async Task RemoveAsync(string name) => (await cluster.KubectlAsync($"delete deploy {name} --cascade=foreground --timeout=90s")).Succeeded();

    private async Task<IReadOnlyList<Place>> PodsAsync(string app)
    {
        var pods = await cluster.Client.CoreV1.ListNamespacedPodAsync("default", labelSelector: $"app={app}", cancellationToken: TestContext.Current.CancellationToken);
        return [.. pods.Items.Where(pod => pod.Metadata.DeletionTimestamp is null).Select(pod => new Place(pod.Metadata.Name, pod.Spec.NodeName, pod.Status.PodIP))];
    }

    private async Task<IReadOnlyList<Place>> ReadyPodsAsync(string app)
    {
        var pods = await cluster.Client.CoreV1.ListNamespacedPodAsync("default", labelSelector: $"app={app}", cancellationToken: TestContext.Current.CancellationToken);
        return [.. pods.Items.Where(pod => pod.Metadata.DeletionTimestamp is null && pod.Status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true)
            .Select(pod => new Place(pod.Metadata.Name, pod.Spec.NodeName, pod.Status.PodIP))];
    }

    private async Task<IReadOnlyList<string>> UidsAsync(string app) =>
        [.. (await cluster.KubectlAsync($"get pods -l app={app} -o jsonpath={{.items[*].metadata.uid}}")).Succeeded().Split(' ').Order()];

    private Task<CommandResult> WgetAsync(Place from, string url) => cluster.InPodAsync(from.Host, from.Name, "sh", "-c", Script(url));

    // A static busybox crashes where it looks up a name, be it that of a port: getent does it in its place, and its nc takes numbers.
    private static string Script(string url)
    {
        var target = new Uri(url);
        return $"a=$(getent ahostsv4 {target.Host}) && o=$(printf 'GET {target.PathAndQuery} HTTP/1.0\\r\\n\\r\\n' | busybox nc -w 5 ${{a%% *}} {target.Port}) && echo \"${{o##*\n}}\"";
    }

    private async Task<CommandResult> GetAsync(HttpClient client, string host)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{cluster.Segment.AddressOf(host)}:30123/cgi-bin/who") { Headers = { ConnectionClose = true } };
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return new(0, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return new(1, "", e.Message);
        }
    }

    /// <summary>Asks until each of the pods has answered.</summary>
    private async Task SeesAllAsync(IReadOnlyList<Place> pods, Func<Task<CommandResult>> ask, string what)
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
            throw new TimeoutException($"{e.Message}\n{string.Join('\n', await Task.WhenAll(HostCluster.Hosts.Select(cluster.DescribeAsync)))}");
        }
    }

    private async Task GoneAsync(Place from, string address) => await Eventually.GetAsync(
        () => WgetAsync(from, $"http://{address}/cgi-bin/who"), answer => answer.ExitCode != 0, answer => answer.Output, seconds: 5);

    private static string Name(CommandResult answer) => answer.Output.Split(' ') is [_, var name] ? name.Trim() : "";

    private static string Show(IReadOnlyCollection<string> answers) => string.Join('\n', answers.TakeLast(20));

    private static string Web(string name, int replicas, string more, bool spread = true) => $$"""
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
                readinessProbe: {exec: {command: [test, -e, /tmp/ready]}, periodSeconds: 1, failureThreshold: 1}
        """;
}
