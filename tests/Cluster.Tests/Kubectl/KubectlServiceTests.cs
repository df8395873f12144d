using System.Globalization;
using System.Net.Http;
using System.Text.RegularExpressions;
using Orchestrator.Cluster.Tests.Streams;
using Xunit;

namespace Orchestrator.Cluster.Tests.Kubectl;

/// <summary>What kubectl does with services.</summary>
public sealed partial class KubectlServiceTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Expose_DeploymentAndPod_ShowTheirEndpoints()
    {
        (await cluster.KubectlAsync("apply -f -", Manifest("shown", 2))).Succeeded();
        (await cluster.KubectlAsync("rollout status deploy/shown --timeout=60s")).Succeeded();
        Assert.Equal("service/shown exposed\n", (await cluster.KubectlAsync("expose deployment shown --port=80 --target-port=8080")).Succeeded());
        Assert.Matches(@"NAME\s+TYPE\s+CLUSTER-IP\s+EXTERNAL-IP\s+PORT\(S\)\s+AGE\nshown\s+ClusterIP\s+127\.\d+\.\d+\.\d+\s+<none>\s+80/TCP\s+\d+s\n", (await cluster.KubectlAsync("get svc shown")).Succeeded());
        Assert.Matches(@"AGE\s+SELECTOR\nshown\s.*\sapp=shown\s*\n", (await cluster.KubectlAsync("get svc shown -o wide")).Succeeded());
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get ep shown")).Succeeded(),
            text => Regex.IsMatch(text, @"NAME\s+ENDPOINTS\s+AGE\nshown\s+127\.\d+\.\d+\.\d+:8080,127\.\d+\.\d+\.\d+:8080\s"), text => text);
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get endpointslices -l kubernetes.io/service-name=shown")).Succeeded(),
            text => Regex.IsMatch(text, @"NAME\s+ADDRESSTYPE\s+PORTS\s+ENDPOINTS\s+AGE\nshown-\w{5}\s+IPv4\s+8080\s+127\.\S+,127\.\S+\s"), text => text);
        var described = (await cluster.KubectlAsync("describe svc shown")).Succeeded();
        Assert.Matches(@"Selector:\s+app=shown\n", described);
        Assert.Matches(@"Endpoints:\s+127\.\S+:8080,127\.\S+:8080\n", described);

        (await cluster.KubectlAsync("run lone --image=host --port=7000 --labels=app=lone --command -- sleep 600")).Succeeded();
        Assert.Equal("service/lone exposed\n", (await cluster.KubectlAsync("expose pod lone --type=NodePort --name=lone")).Succeeded());
        Assert.Matches(@"lone\s+NodePort\s+127\.\S+\s+<none>\s+7000:3\d{4}/TCP", (await cluster.KubectlAsync("get svc lone")).Succeeded());
        Assert.Equal("service/lone selector updated\n", (await cluster.KubectlAsync("set selector svc lone app=shown")).Succeeded());
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get ep lone -o jsonpath={.subsets[0].addresses[*].targetRef.name}")).Succeeded(),
            names => names.Split(' ').Length == 2 && names.Contains("shown-", StringComparison.Ordinal), names => names);
        Assert.Contains("service/lone", (await cluster.KubectlAsync("get all -o name")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal("service \"lone\" deleted\n", (await cluster.KubectlAsync("delete svc lone")).Succeeded());
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get endpointslices,ep -l kubernetes.io/service-name=lone -o name")).Succeeded(), names => names.Length == 0, names => names);
        (await cluster.KubectlAsync("delete svc,deploy shown --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("delete pod lone --grace-period=1 --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task Create_EveryType_IsWhatItsFlagsSay()
    {
        Assert.Equal("service/inner created\n", (await cluster.KubectlAsync("create service clusterip inner --tcp=80:8080 --tcp=443:8443")).Succeeded());
        Assert.Equal("service/none created\n", (await cluster.KubectlAsync("create service clusterip none --clusterip=None")).Succeeded());
        Assert.Equal("service/outer created\n", (await cluster.KubectlAsync("create service nodeport outer --tcp=80 --node-port=31234")).Succeeded());
        Assert.Equal("service/named created\n", (await cluster.KubectlAsync("create service externalname named --external-name=db.example.com")).Succeeded());
        Assert.Equal("service/balanced created\n", (await cluster.KubectlAsync("create service loadbalancer balanced --tcp=80:8080")).Succeeded());
        var shown = (await cluster.KubectlAsync("get services --no-headers")).Succeeded();
        Assert.Matches(@"inner\s+ClusterIP\s+127\.\S+\s+<none>\s+80/TCP,443/TCP\s", shown);
        Assert.Matches(@"none\s+ClusterIP\s+None\s+<none>\s+<none>\s", shown);
        Assert.Matches(@"outer\s+NodePort\s+127\.\S+\s+<none>\s+80:31234/TCP\s", shown);
        Assert.Matches(@"named\s+ExternalName\s+<none>\s+db.example.com\s+<none>\s", shown);
        Assert.Matches(@"balanced\s+LoadBalancer\s+127\.\S+\s+<pending>\s+80:3\d{4}/TCP\s", shown);
        Assert.Matches(@"kubernetes\s+ClusterIP\s+127\.\d+\.128\.1\s+<none>\s+443/TCP\s", shown);
        var taken = await cluster.KubectlAsync("create service nodeport rival --tcp=80 --node-port=31234");
        Assert.Equal(1, taken.ExitCode);
        Assert.Contains("spec.ports[0].nodePort: Invalid value: 31234: provided port is already allocated", taken.Error, StringComparison.Ordinal);
        (await cluster.KubectlAsync("delete svc inner none outer named balanced")).Succeeded();
    }

    [Fact]
    public async Task Apply_Again_KeepsWhatWasGivenAndChangesWhatIsNamed()
    {
        const string Manifest = "apiVersion: v1\nkind: Service\nmetadata: {name: applied}\nspec: {type: NodePort, selector: {app: a}, ports: [{name: web, port: 80}]}\n";
        const string Given = "get svc applied -o jsonpath={.spec.clusterIP}:{.spec.ports[0].nodePort}";
        Assert.Equal("service/applied created\n", (await cluster.KubectlAsync("apply -f -", Manifest)).Succeeded());
        var given = (await cluster.KubectlAsync(Given)).Succeeded();
        Assert.Equal("service/applied unchanged\n", (await cluster.KubectlAsync("apply -f -", Manifest)).Succeeded());
        Assert.Equal("service/applied configured\n", (await cluster.KubectlAsync("apply -f -", Manifest.Replace("port: 80", "port: 80, targetPort: 8080", StringComparison.Ordinal))).Succeeded());
        Assert.Equal(given, (await cluster.KubectlAsync(Given)).Succeeded());
        Assert.Equal("service/applied replaced\n", (await cluster.KubectlAsync("replace -f -", Manifest)).Succeeded());
        Assert.Equal(given, (await cluster.KubectlAsync(Given)).Succeeded());
        Assert.Equal("service/applied configured\n", (await cluster.KubectlAsync("apply -f -", Manifest.Replace("NodePort", "ClusterIP", StringComparison.Ordinal))).Succeeded());
        Assert.Equal(given.Split(':')[0] + ":", (await cluster.KubectlAsync(Given)).Succeeded().Trim());
        (await cluster.KubectlAsync("delete svc applied")).Succeeded();
    }

    [Fact]
    public async Task ProxyAndPortForward_ReachAReadyPodByTheServicesPort()
    {
        await StreamPod.StartAsync(cluster, "proxied");
        (await cluster.KubectlAsync("expose pod proxied --port=80 --target-port=web")).Succeeded();
        var page = await Eventually.GetAsync(() => cluster.KubectlAsync("get --raw /api/v1/namespaces/default/services/proxied:80/proxy/index.html"),
            answer => answer.ExitCode == 0, answer => answer.Error);
        Assert.Equal("welcome\n", page.Output);
        Assert.Contains("no service port \"81\" found", (await cluster.KubectlAsync("get --raw /api/v1/namespaces/default/services/proxied:81/proxy/index.html")).Error, StringComparison.Ordinal);
        Assert.Contains("no endpoints available", (await cluster.KubectlAsync("get --raw /api/v1/namespaces/kube-system/services/kube-dns:dns-tcp/proxy/")).Error, StringComparison.Ordinal);

        using var forward = await ClusterProcess.StartAsync("kubectl", ["--kubeconfig", cluster.KubeConfig, "port-forward", "svc/proxied", ":80"], "Forwarding from 127.0.0.1");
        var port = int.Parse(ForwardedPort().Match(forward.Log).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Equal("welcome\n", await client.GetStringAsync("/index.html", TestContext.Current.CancellationToken));

        using var proxy = await ClusterProcess.StartAsync("kubectl", ["--kubeconfig", cluster.KubeConfig, "proxy", "--port=0"], "Starting to serve on");
        var proxied = $"http://127.0.0.1:{ProxyPort().Match(proxy.Log).Groups[1].Value}";
        Assert.Equal("welcome\n", await client.GetStringAsync($"{proxied}/api/v1/namespaces/default/services/proxied:80/proxy/index.html", TestContext.Current.CancellationToken));
        Assert.Contains("\"name\":\"proxied\"", await client.GetStringAsync($"{proxied}/api/v1/namespaces/default/pods/proxied", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (await cluster.KubectlAsync("delete svc,pod proxied --grace-period=1 --timeout=60s")).Succeeded();
    }

    [GeneratedRegex(@"Forwarding from 127\.0\.0\.1:(\d+)")]
    private static partial Regex ForwardedPort();

    [GeneratedRegex(@"Starting to serve on 127\.0\.0\.1:(\d+)")]
    private static partial Regex ProxyPort();

    private static string Manifest(string name, int replicas) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{name}} }
        spec:
          replicas: {{replicas}}
          selector: {matchLabels: {app: {{name}} } }
          template:
            metadata: {labels: {app: {{name}} } }
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: c
                image: host
                command: [sleep, '600']
        """;
}
