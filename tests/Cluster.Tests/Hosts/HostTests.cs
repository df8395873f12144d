using System.Net.Http;
using System.Text.RegularExpressions;
using k8s;
using Xunit;

namespace Orchestrator.Cluster.Tests.Hosts;

/// <summary>Pods, services and names over several machines, and what is left of them when machines and links fail.</summary>
[Collection(HostCollection.Name)]
public sealed class HostTests(HostCluster cluster) : HostTestBase(cluster)
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
            Assert.Contains(from.Name, (await Cluster.OnHostAsync("h1", "sh", "-c", Script($"http://{from.Address}:8080/cgi-bin/who"))).Succeeded(), StringComparison.Ordinal);
        }
        await RemoveAsync("each");
    }

    [Fact]
    public async Task Service_IsReachedFromEveryHost_ByAddressNameAndNodePort_AndSpreadOverAllPods()
    {
        await StartWebAsync("spread", 3);
        (await Cluster.KubectlAsync("apply -f -", """
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
        var address = (await Cluster.KubectlAsync("get svc spread -o jsonpath={.spec.clusterIP}")).Succeeded().Trim();
        foreach (var pod in pods)
        {
            // By name: a pod's own search path, so that DNS and the proxy have both to do their part. A pod reaches itself too.
            await SeesAllAsync(pods, () => WgetAsync(pod, "http://spread/cgi-bin/who"), $"from {pod.Name} on {pod.Host} by name");
            await SeesAllAsync(pods, () => WgetAsync(pod, $"http://{address}/cgi-bin/who"), $"from {pod.Name} on {pod.Host} by address");
            await SeesAllAsync(pods, () => Cluster.OnHostAsync(pod.Host, "sh", "-c", Script($"http://{address}/cgi-bin/who")), $"from {pod.Host} itself");
            var found = (await Cluster.InPodAsync(pod.Host, pod.Name, "getent", "ahostsv4", "members")).Output;
            Assert.All(pods, member => Assert.Contains(member.Address, found, StringComparison.Ordinal));
        }
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        foreach (var host in HostCluster.Hosts)
        {
            await SeesAllAsync(pods, () => GetAsync(client, host), $"by the node port of {host}");
        }

        // Only its own pods, and the client's address is kept.
        (await Cluster.KubectlAsync(["patch", "svc", "spread", "-p", """{"spec":{"externalTrafficPolicy":"Local"}}"""])).Succeeded();
        foreach (var host in HostCluster.Hosts)
        {
            var own = pods.Single(pod => pod.Host == host).Name;
            await Eventually.GetAsync(() => GetAsync(client, host), answer => Regex.IsMatch(answer.Output, $@"^172\.30\.\d+\.254 {own}\n$"), answer => answer.Output + answer.Error);
            for (var i = 0; i < 5; i++)
            {
                var answer = await GetAsync(client, host);
                Assert.Contains(own, answer.Output + answer.Error, StringComparison.Ordinal);
            }
        }
        (await Cluster.KubectlAsync("delete svc spread members")).Succeeded();
        await GoneAsync(pods[0], address);
        await RemoveAsync("spread");
    }

    [Fact]
    public async Task Affinity_KeepsAPodWithItsTarget_OnAllHosts()
    {
        await StartWebAsync("sticky", 3);
        (await Cluster.KubectlAsync("apply -f -", """
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
        (await Cluster.KubectlAsync("delete svc sticky")).Succeeded();
        await RemoveAsync("sticky");
    }

    [Fact]
    public async Task RollingUpdate_UnderLoad_LosesNoRequest_AndUnreadyPodsGetNothingNew()
    {
        await StartWebAsync("rolled", 3);
        (await Cluster.KubectlAsync("expose deployment rolled --port=80 --target-port=8080")).Succeeded();
        await StartClientAsync("load", "h1", "rolled");
        await Eventually.GetAsync(() => AnswersAsync("load"), answers => answers.Count(answer => answer.StartsWith("ok", StringComparison.Ordinal)) > 5, Show);
        (await Cluster.KubectlAsync("set env deployment/rolled VERSION=2")).Succeeded();
        await RolledOutAsync("rolled");

        // Not ready any more, though it runs: within a second of the API's knowing nothing new arrives.
        var pods = await PodsAsync("rolled");
        (await Cluster.InPodAsync(pods[0].Host, pods[0].Name, "rm", "/tmp/ready")).Succeeded();
        (await Cluster.KubectlAsync($"wait pod/{pods[0].Name} --for=condition=Ready=False --timeout=20s")).Succeeded();
        var lost = TimeProvider.System.GetTimestamp();
        await Eventually.GetAsync(() => AnswersAsync("load"), answers => TimeProvider.System.GetElapsedTime(lost) > TimeSpan.FromSeconds(1), Show);
        var before = (await AnswersAsync("load")).Count;
        var after = (await Eventually.GetAsync(() => AnswersAsync("load"), answers => answers.Count > before + 20, Show)).Skip(before);
        Assert.DoesNotContain(after, answer => answer.Contains(pods[0].Name, StringComparison.Ordinal));
        Assert.DoesNotContain(await AnswersAsync("load"), answer => answer.StartsWith("failed", StringComparison.Ordinal));
        (await Cluster.KubectlAsync("delete pod load --grace-period=0 --force")).Succeeded();
        (await Cluster.KubectlAsync("delete svc rolled")).Succeeded();
        await RemoveAsync("rolled");
    }

    [Fact]
    public async Task Controller_Restarts_UnderTraffic_NoRequestIsLost()
    {
        await StartWebAsync("steady", 3);
        (await Cluster.KubectlAsync("expose deployment steady --port=80 --target-port=8080")).Succeeded();
        await StartClientAsync("steadyload", "h2", "steady");
        await Eventually.GetAsync(() => AnswersAsync("steadyload"), answers => answers.Count > 10, Show);
        Cluster.Controller.Kill();
        await Cluster.StartControllerAsync();
        var heard = (await AnswersAsync("steadyload")).Count;
        await Eventually.GetAsync(() => AnswersAsync("steadyload"), answers => answers.Count > heard + 20, Show);
        Assert.DoesNotContain(await AnswersAsync("steadyload"), answer => answer.StartsWith("failed", StringComparison.Ordinal));
        (await Cluster.KubectlAsync("delete pod steadyload --grace-period=0 --force")).Succeeded();
        (await Cluster.KubectlAsync("delete svc steady")).Succeeded();
        await RemoveAsync("steady");
    }

    [Fact]
    public async Task Partition_PodsNamesAndServicesGoOn_AndHealingLeavesNothingStale()
    {
        await StartWebAsync("cut", 3);
        (await Cluster.KubectlAsync("expose deployment cut --port=80 --target-port=8080")).Succeeded();
        var pods = await PodsAsync("cut");
        var lost = pods.Single(pod => pod.Host == "h3");
        var others = pods.Where(pod => pod != lost).ToArray();
        foreach (var pod in pods)
        {
            await SeesAllAsync(pods, () => WgetAsync(pod, "http://cut/cgi-bin/who"), $"from {pod.Name}");
        }
        var before = await UidsAsync("cut");
        await Cluster.Segment.CutAsync("h3");
        Place gone, instead;
        try
        {
            await SeeTheCutAsync(lost, others);
            // Behind the back of the host that is cut off, one pod becomes another.
            gone = others[0];
            (await Cluster.KubectlAsync($"delete pod {gone.Name}")).Succeeded();
            instead = (await Eventually.GetAsync(() => ReadyPodsAsync("cut"), now => now.Count == 2 && now.All(pod => pod.Name != gone.Name), now => string.Join(' ', now))).Single(pod => pod.Name != others[1].Name);
        }
        finally
        {
            await Cluster.Segment.HealAsync("h3");
        }
        var healed = TimeProvider.System.GetTimestamp();
        var back = await Cluster.KubectlAsync("wait node/h3 --for=condition=Ready --timeout=30s");
        Assert.True(back.ExitCode == 0, back.Error + (back.ExitCode == 0 ? "" : await Cluster.DescribeAsync("h3")));
        await Eventually.GetAsync(async () => (await Cluster.KubectlAsync("get endpointslices -l kubernetes.io/service-name=cut -o jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].nodeName}")).Succeeded(),
            ready => ready.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order().SequenceEqual(HostCluster.Hosts), ready => ready);
        TestContext.Current.TestOutputHelper?.WriteLine($"endpoints were right {TimeProvider.System.GetElapsedTime(healed).TotalSeconds:F1} s after the link was");
        // The host that was cut off has forgotten who is gone.
        await Eventually.GetAsync(() => Cluster.OnHostAsync("h3", "sh", "-c", $"nft list ruleset | grep -c '{gone.Address} . 8080' ; nft list ruleset | grep -c '{instead.Address} . 8080'"),
            counts => counts.Output.Split('\n') is [var old, var now, ..] && (old == "0" || gone.Address == instead.Address) && now != "0", counts => counts.Output);
        var took = TimeProvider.System.GetElapsedTime(healed);
        TestContext.Current.TestOutputHelper?.WriteLine($"and so were the rules of the host after {took.TotalSeconds:F1} s");
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        // The same pods, each once, but the one that was replaced.
        var uids = await UidsAsync("cut");
        Assert.Equal(2, before.Intersect(uids).Count());
        Assert.Equal(3, uids.Count);
        pods = [lost, others[1], instead];
        foreach (var pod in pods)
        {
            await SeesAllAsync(pods, () => WgetAsync(pod, "http://cut/cgi-bin/who"), $"from {pod.Name}, healed");
        }
        (await Cluster.KubectlAsync("delete svc cut")).Succeeded();
        await RemoveAsync("cut");
    }

    private async Task SeeTheCutAsync(Place lost, Place[] others)
    {
        // Cut off, it answers names and brings connections to the pods that it still can reach.
        Assert.Contains("10.96.", (await Cluster.InPodAsync("h3", lost.Name, "getent", "ahostsv4", "cut")).Output, StringComparison.Ordinal);
        var own = 0;
        for (var i = 0; i < 12; i++)
        {
            own += Name(await Cluster.InPodAsync("h3", lost.Name, "sh", "-c", Script("http://cut/cgi-bin/who").Replace("-w 5", "-w 1", StringComparison.Ordinal))) == lost.Name ? 1 : 0;
        }
        Assert.InRange(own, 1, 12);
        (await Cluster.KubectlAsync("wait node/h3 --for=condition=Ready=Unknown --timeout=30s")).Succeeded();
        // The others go on among themselves, without a connection to who is gone.
        await Eventually.GetAsync(async () => (await Cluster.KubectlAsync("get endpointslices -l kubernetes.io/service-name=cut -o jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].nodeName}")).Succeeded(),
            ready => !ready.Contains("h3", StringComparison.Ordinal), ready => ready);
        var told = TimeProvider.System.GetTimestamp();
        await Eventually.GetAsync(() => Task.FromResult(TimeProvider.System.GetElapsedTime(told)), elapsed => elapsed > TimeSpan.FromSeconds(1), elapsed => $"{elapsed}");
        for (var i = 0; i < 12; i++)
        {
            Assert.NotEqual(lost.Name, Name((await WgetAsync(others[i % 2], "http://cut/cgi-bin/who"))));
        }
    }

    [Fact]
    public async Task HostPort_IsReachedOnItsHost_AndASecondPodOfItWaits()
    {
        (await Cluster.KubectlAsync("apply -f -", $$"""
            {{HostPortPod("published", "h2")}}
            ---
            {{HostPortPod("second", "h2")}}
            """)).Succeeded();
        (await Cluster.KubectlAsync("wait pod/published --for=condition=Ready --timeout=60s")).Succeeded();
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var address = new Uri($"http://{Cluster.Segment.AddressOf("h2")}:18080/index.html");
        Assert.Equal("published\n", (await Eventually.GetAsync(() => GetAsync(client, address), reached => reached.ExitCode == 0, reached => reached.Error)).Output);
        Assert.Equal("published\n", (await Cluster.OnHostAsync("h1", "sh", "-c", Script(address.ToString()))).Succeeded());
        Assert.Contains("didn't have free ports", await Eventually.GetAsync(async () => (await Cluster.KubectlAsync("get pod second -o jsonpath={.status.conditions[0].message}")).Output, text => text.Length > 0, text => text), StringComparison.Ordinal);
        // It becomes free with the pod that had it, and with it goes what led there.
        (await Cluster.KubectlAsync("delete pod published")).Succeeded();
        (await Cluster.KubectlAsync("wait pod/second --for=condition=Ready --timeout=60s")).Succeeded();
        Assert.Equal("second\n", (await Eventually.GetAsync(() => GetAsync(client, address), reached => reached.ExitCode == 0, reached => reached.Error)).Output);
        (await Cluster.KubectlAsync("delete pod second")).Succeeded();
        Assert.NotEqual(0, (await GetAsync(client, address)).ExitCode);
    }

    [Fact]
    public async Task PodRange_ThatIsAlsoANetworkOfItsHost_IsAConditionAndAnEvent_UntilItIsNot()
    {
        var range = (await Cluster.KubectlAsync("get node h2 -o jsonpath={.spec.podCIDR}")).Succeeded().Trim();
        (await Cluster.OnHostAsync("h2", "sh", "-c", $"ip link add clash type veth peer name other && ip link set other up && ip address add {range.Replace(".0/24", ".129/25", StringComparison.Ordinal)} dev clash && ip link set clash up")).Succeeded();
        try
        {
            await RestartAsync("h2");
            (await Cluster.KubectlAsync("wait node/h2 --for=condition=NetworkUnavailable --timeout=20s")).Succeeded();
            var told = await Eventually.GetAsync(async () => (await Cluster.KubectlAsync("get events -A --field-selector reason=PodCIDROverlaps -o jsonpath={.items[*].message}")).Succeeded(), text => text.Length > 0, text => text);
            Assert.Contains($"podCIDR {range} overlaps with", told, StringComparison.Ordinal);
            Assert.Contains("(clash)", told, StringComparison.Ordinal);
        }
        finally
        {
            await Cluster.OnHostAsync("h2", "ip", "link", "delete", "clash");
        }
        await RestartAsync("h2");
        (await Cluster.KubectlAsync("wait node/h2 --for=condition=NetworkUnavailable=False --timeout=20s")).Succeeded();

        async Task RestartAsync(string host)
        {
            Cluster.Agent(host).Kill();
            await Cluster.StartAgentAsync(host);
        }
    }

    [Fact]
    public async Task LongLivedConnection_ThroughAService_OutlivesAgentsAndController()
    {
        (await Cluster.KubectlAsync("apply -f -", """
            apiVersion: v1
            kind: Service
            metadata: {name: echo}
            spec: {selector: {app: echo}, ports: [{port: 90, targetPort: 9000}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: echo, labels: {app: echo}}
            spec:
              nodeName: h3
              terminationGracePeriodSeconds: 1
              containers:
              - {name: c, image: host, imagePullPolicy: IfNotPresent, command: [busybox, nc, -ll, -p, "9000", -e, /bin/cat], readinessProbe: {tcpSocket: {port: 9000}, periodSeconds: 1}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: talker}
            spec:
              nodeName: h1
              restartPolicy: Never
              terminationGracePeriodSeconds: 1
              containers:
              - name: c
                image: host
                imagePullPolicy: IfNotPresent
                command: [sh, -c, "until a=$(getent ahostsv4 echo); do sleep 0.1; done; until busybox nc -w 1 ${a%% *} 90 </dev/null; do sleep 0.1; done; (while :; do echo tick; sleep 0.1; done) | busybox nc ${a%% *} 90; echo closed"]
            """)).Succeeded();
        (await Cluster.KubectlAsync("wait pod/echo pod/talker --for=condition=Ready --timeout=60s")).Succeeded();
        await TicksAsync();
        foreach (var host in new[] { "h1", "h3" })
        {
            Cluster.Agent(host).Kill();
            await Cluster.StartAgentAsync(host);
            await TicksAsync();
        }
        Cluster.Controller.Kill();
        await Cluster.StartControllerAsync();
        await TicksAsync();
        (await Cluster.KubectlAsync("delete pod talker echo --grace-period=0 --force")).Succeeded();
        (await Cluster.KubectlAsync("delete svc echo")).Succeeded();

        async Task TicksAsync()
        {
            var heard = (await AnswersAsync("talker")).Count;
            var answers = await Eventually.GetAsync(() => AnswersAsync("talker"), answers => answers.Count > heard + 20, Show);
            Assert.DoesNotContain("closed", answers);
        }
    }

    [Fact]
    public async Task HostKilled_ItsPodsAreReplacedElsewhere_AndItComesBackWithoutThem()
    {
        (await Cluster.KubectlAsync("apply -f -", Web("killed", 3, "tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 1}, {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 1}]", spread: false))).Succeeded();
        await RolledOutAsync("killed");
        (await Cluster.KubectlAsync("expose deployment killed --port=80 --target-port=8080")).Succeeded();
        var gone = (await PodsAsync("killed")).Where(pod => pod.Host == "h3").ToArray();
        Assert.NotEmpty(gone);
        await Cluster.KillAsync("h3");
        IReadOnlyList<Place> pods;
        try
        {
            pods = await Eventually.GetAsync(() => ReadyPodsAsync("killed"), now => now.Count == 3 && now.All(pod => pod.Host != "h3"), now => string.Join(' ', now));
            await SeesAllAsync(pods, () => WgetAsync(pods[0], "http://killed/cgi-bin/who"), "after a host was lost");
        }
        finally
        {
            await Cluster.RebootAsync("h3");
        }
        (await Cluster.KubectlAsync("wait node/h3 --for=condition=Ready --timeout=60s")).Succeeded();
        await Eventually.GetAsync(async () => (await Cluster.KubectlAsync("get pods -l app=killed -o jsonpath={.items[*].metadata.name}")).Succeeded().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
            names => names.Length == 3 && !names.Intersect(gone.Select(pod => pod.Name)).Any(), names => string.Join(' ', names));
        var ready = await Eventually.GetAsync(async () => (await Cluster.KubectlAsync("get endpointslices -l kubernetes.io/service-name=killed -o jsonpath={.items[*].endpoints[*].addresses[0]}")).Succeeded().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
            addresses => addresses.Order().SequenceEqual(pods.Select(pod => pod.Address).Order()), addresses => string.Join(' ', addresses));
        Assert.Equal(3, ready.Distinct().Count());
        (await Cluster.KubectlAsync("delete svc killed")).Succeeded();
        await RemoveAsync("killed");
    }

    [Fact]
    public async Task RulesAndRoutes_ThatOthersTookAway_ComeBack_AndTheirsStay()
    {
        await StartWebAsync("kept", 3);
        (await Cluster.KubectlAsync("expose deployment kept --port=80 --target-port=8080")).Succeeded();
        var pods = await PodsAsync("kept");
        var from = pods.Single(pod => pod.Host == "h1");
        await SeesAllAsync(pods, () => WgetAsync(from, "http://kept/cgi-bin/who"), "before");
        (await Cluster.OnHostAsync("h1", "nft", "add", "table", "ip", "strangers")).Succeeded();
        (await Cluster.OnHostAsync("h1", "sh", "-c", "nft list tables | grep orchestrator | sed s/table/delete\\ table/ | nft -f - && ip route flush proto 111")).Succeeded();
        await SeesAllAsync(pods, () => WgetAsync(from, "http://kept/cgi-bin/who"), "after rules and routes were taken away");
        Assert.Contains("strangers", (await Cluster.OnHostAsync("h1", "nft", "list", "tables")).Succeeded(), StringComparison.Ordinal);
        (await Cluster.KubectlAsync("delete svc kept")).Succeeded();
        await RemoveAsync("kept");
    }
}
