using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Cluster.Tests.Kubectl;

/// <summary>Real kubectl, unmodified, does to us what it does to any cluster.</summary>
public sealed class KubectlTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: NAME
        spec:
          replicas: 2
          selector: {matchLabels: {app: NAME}}
          template:
            metadata: {labels: {app: NAME}}
            spec:
              terminationGracePeriodSeconds: 2
              containers:
              - name: web
                image: host
                command: [sh, -c, 'trap "exit 0" TERM; echo "hello from $NAME_OF_POD"; while :; do sleep 0.1; done']
                env:
                - {name: NAME_OF_POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        """;

    [Fact]
    public async Task Get_Nodes_InEveryOutput()
    {
        Assert.Matches(@"NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION\nn1\s+Ready\s+<none>", (await cluster.KubectlAsync("get nodes")).Succeeded());
        Assert.Contains("process://", (await cluster.KubectlAsync("get no -o wide")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal("node/n1\nnode/n2\n", (await cluster.KubectlAsync("get nodes -o name")).Succeeded());
        Assert.Equal("List", (string?)JsonNode.Parse((await cluster.KubectlAsync("get nodes -o json")).Succeeded())!["kind"]);
        Assert.StartsWith("apiVersion: v1\nkind: Node\n", (await cluster.KubectlAsync("get node n1 -o yaml")).Succeeded()[..40] + "\n", StringComparison.Ordinal);
        Assert.Equal("n1", (await cluster.KubectlAsync("get nodes -l kubernetes.io/hostname=n1 -o jsonpath={.items[*].metadata.name}")).Succeeded().Trim());
        Assert.Contains("Non-terminated Pods", (await cluster.KubectlAsync("describe node n1")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_TellsWhatNodesPodsAndContainersUse()
    {
        (await cluster.KubectlAsync("create namespace top")).Succeeded();
        (await cluster.KubectlAsync("apply -n top -f -", """
            apiVersion: v1
            kind: Pod
            metadata: {name: two, labels: {app: two}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - {name: busy, image: host, command: [sh, -c, 'while :; do :; done']}
              - {name: idle, image: host, command: [sleep, '600']}
            """)).Succeeded();
        (await cluster.KubectlAsync("wait -n top --for=condition=Ready pod/two --timeout=30s")).Succeeded();

        var containers = await Eventually.GetAsync(
            () => cluster.KubectlAsync("top pods -A --containers --no-headers -l app=two"), top => top.Output.Split('\n').Length == 3, top => top.Output + top.Error);
        Assert.Matches(@"top\s+two\s+busy\s+[1-9]\d*m\s+\d+Mi\s", containers.Output);
        Assert.Matches(@"top\s+two\s+idle\s+\dm\s+\d+Mi\s", containers.Output);
        Assert.Matches(@"NAME\s+CPU\(cores\)\s+MEMORY\(bytes\)\s+two\s+[1-9]\d*m\s+[1-9]\d*Mi\s", (await cluster.KubectlAsync("top pod two -n top")).Succeeded());
        Assert.Matches(@"n1\s+[1-9]\d*m\s+\d+%\s+[1-9]\d*Mi\s+\d+%\s+n2\s+[1-9]\d*m", (await cluster.KubectlAsync("top nodes --no-headers")).Succeeded());
        Assert.Matches(@"pods\s+metrics.k8s.io/v1beta1\s+true\s+PodMetrics", (await cluster.KubectlAsync("api-resources --api-group=metrics.k8s.io --no-headers")).Succeeded());
        Assert.Matches(@"NAME\s+CPU\s+MEMORY\s+WINDOW\s+two\s", (await cluster.KubectlAsync("get podmetrics.metrics.k8s.io -n top")).Succeeded());
        (await cluster.KubectlAsync("delete namespace top")).Succeeded();
    }

    [Fact]
    public async Task Apply_Deployment_RollsScalesUndoesAndDeletes()
    {
        Assert.Equal("deployment.apps/rolled created\n", (await Apply("rolled")).Succeeded());
        Assert.Contains("successfully rolled out", (await cluster.KubectlAsync("rollout status deploy/rolled --timeout=60s")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal("deployment.apps/rolled unchanged\n", (await Apply("rolled")).Succeeded());
        Assert.Matches(@"rolled\s+2/2\s+2\s+2", (await cluster.KubectlAsync("get deploy rolled")).Succeeded());

        Assert.Equal("deployment.apps/rolled scaled\n", (await cluster.KubectlAsync("scale deploy/rolled --replicas=3")).Succeeded());
        (await cluster.KubectlAsync("wait deploy/rolled --for=jsonpath={.status.availableReplicas}=3 --timeout=60s")).Succeeded();

        Assert.Equal("deployment.apps/rolled configured\n", (await cluster.KubectlAsync("apply -f -", Manifest("rolled").Replace("hello", "welcome", StringComparison.Ordinal))).Succeeded());
        (await cluster.KubectlAsync("rollout status deploy/rolled --timeout=60s")).Succeeded();
        // The last of the old pods is on its way out for a moment still.
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get pods -l app=rolled -o name")).Succeeded(), names => names.Count(c => c == '\n') == 2, names => names);
        Assert.Contains("welcome from rolled-", (await cluster.KubectlAsync("logs -l app=rolled --tail=1")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal("deployment.apps/rolled rolled back\n", (await cluster.KubectlAsync("rollout undo deploy/rolled")).Succeeded());
        (await cluster.KubectlAsync("rollout status deploy/rolled --timeout=60s")).Succeeded();
        Assert.Matches(@"REVISION\s+CHANGE-CAUSE\n2\s+<none>\n3\s+<none>", (await cluster.KubectlAsync("rollout history deploy/rolled")).Succeeded());

        var described = (await cluster.KubectlAsync("describe deploy rolled")).Succeeded();
        Assert.Contains("NewReplicaSetAvailable", described, StringComparison.Ordinal);
        Assert.Contains("ScalingReplicaSet", described, StringComparison.Ordinal);
        Assert.Equal("deployment.apps \"rolled\" deleted\n", (await cluster.KubectlAsync("delete deploy rolled --cascade=foreground --timeout=60s")).Succeeded());
        Assert.Equal("", (await cluster.KubectlAsync("get pods -l app=rolled -o name")).Succeeded());
    }

    [Fact]
    public async Task Apply_ClientSideAgain_MergesAsUsersExpect()
    {
        (await cluster.KubectlAsync("apply -f -", ConfigMap("merged", "a: '1'", "b: '2'"))).Succeeded();
        (await cluster.KubectlAsync("""patch cm merged --type=merge -p {"data":{"other":"kept"}}""")).Succeeded();
        (await cluster.KubectlAsync("apply -f -", ConfigMap("merged", "a: '3'"))).Succeeded();
        Assert.Equal("""{"a":"3","other":"kept"}""", (await cluster.KubectlAsync("get cm merged -o jsonpath={.data}")).Succeeded().Trim());
    }

    [Fact]
    public async Task Apply_BadManifest_FailsWithTheField()
    {
        var unknown = await cluster.KubectlAsync("apply -f -", Manifest("bad").Replace("replicas:", "replicaz:", StringComparison.Ordinal));
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("unknown field \"spec.replicaz\"", unknown.Error, StringComparison.Ordinal);
        var invalid = await cluster.KubectlAsync("apply -f -", Manifest("bad").Replace("labels: {app: bad}", "labels: {app: other}", StringComparison.Ordinal));
        Assert.Equal(1, invalid.ExitCode);
        Assert.Contains("`selector` does not match template `labels`", invalid.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await cluster.KubectlAsync("get deploy bad")).ExitCode);
    }

    [Fact]
    public async Task Logs_Follow_StreamsUntilThePodEnds()
    {
        (await cluster.KubectlAsync("apply -f -", """
            apiVersion: v1
            kind: Pod
            metadata: {name: counted}
            spec:
              restartPolicy: Never
              containers:
              - {name: c, image: host, command: [sh, -c, 'for i in 1 2 3 4 5; do echo line $i; sleep 0.2; done']}
            """)).Succeeded();
        (await cluster.KubectlAsync("wait pod/counted --for=jsonpath={.status.phase}=Running --timeout=30s")).ToString();
        Assert.Equal("line 1\nline 2\nline 3\nline 4\nline 5\n", (await cluster.KubectlAsync("logs -f counted")).Succeeded());
        Assert.Equal("line 5\n", (await cluster.KubectlAsync("logs counted --tail=1")).Succeeded());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT[\d:.]+Z line 1", (await cluster.KubectlAsync("logs counted --timestamps")).Succeeded());
        (await cluster.KubectlAsync("wait pod/counted --for=jsonpath={.status.phase}=Succeeded --timeout=30s")).Succeeded();
        Assert.Matches(@"counted\s+0/1\s+Completed\s+0", (await cluster.KubectlAsync("get pod counted")).Succeeded());
    }

    [Fact]
    public async Task Get_Watch_ShowsChangesAsTheyCome()
    {
        (await cluster.KubectlAsync("create -f -", ConfigMap("watched", "a: b"))).Succeeded();
        using var watch = await ClusterProcess.StartAsync("kubectl",
            ["--kubeconfig", cluster.KubeConfig, "get", "configmap", "watched", "-w", "--output-watch-events"], "EVENT");
        (await cluster.KubectlAsync("""patch cm watched --type=merge -p {"data":{"c":"d"}}""")).Succeeded();
        (await cluster.KubectlAsync("delete configmap watched")).Succeeded();
        await Eventually.GetAsync(() => Task.FromResult(watch.Log), log => log.Contains("DELETED", StringComparison.Ordinal), log => log);
        Assert.Matches(@"EVENT\s+NAME\s+DATA\s+AGE\r?\nADDED\s+watched\s+1\s+\S+\r?\nMODIFIED\s+watched\s+2\s+\S+\r?\nDELETED\s+watched\s+2", watch.Log);
    }

    [Fact]
    public async Task Describe_PendingPod_SaysWhy()
    {
        (await cluster.KubectlAsync("apply -f -", """
            apiVersion: v1
            kind: Pod
            metadata: {name: greedy}
            spec: {containers: [{name: c, image: host, command: [sleep, '1'], resources: {requests: {cpu: '1000'}}}]}
            """)).Succeeded();
        var described = await Eventually.GetAsync(async () => (await cluster.KubectlAsync("describe pod greedy")).Succeeded(),
            text => text.Contains("FailedScheduling", StringComparison.Ordinal), text => text);
        Assert.Contains("0/2 nodes are available: 2 Insufficient cpu.", described, StringComparison.Ordinal);
        (await cluster.KubectlAsync("delete pod greedy")).Succeeded();
    }

    [Fact]
    public async Task Missing_Image_IsErrImagePullAndBacksOff()
    {
        (await cluster.KubectlAsync("run lost --image=nowhere/lost:1")).Succeeded();
        await Eventually.GetAsync(async () => (await cluster.KubectlAsync("get pod lost")).Succeeded(),
            text => text.Contains("ImagePullBackOff", StringComparison.Ordinal), text => text);
        Assert.Contains("Failed to pull image", (await cluster.KubectlAsync("describe pod lost")).Succeeded(), StringComparison.Ordinal);
        (await cluster.KubectlAsync("delete pod lost --now")).Succeeded();
    }

    [Fact]
    public async Task Explain_And_ApiResources_KnowTheKinds()
    {
        Assert.Contains("maxSurge", (await cluster.KubectlAsync("explain deployment.spec.strategy.rollingUpdate")).Succeeded(), StringComparison.Ordinal);
        Assert.Matches(@"deployments\s+deploy\s+apps/v1\s+true\s+Deployment", (await cluster.KubectlAsync("api-resources")).Succeeded());
        Assert.Contains("apps/v1\n", (await cluster.KubectlAsync("api-versions")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("Server Version: v1.32", (await cluster.KubectlAsync("version")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_Generators_MakeTheirObjects()
    {
        // These go over the wire as protobuf.
        Assert.Equal("namespace/generated created\n", (await cluster.KubectlAsync("create namespace generated")).Succeeded());
        Assert.Equal("deployment.apps/made created\n", (await cluster.KubectlAsync("create deployment made --image=host --replicas=2 -n generated -- sleep 100")).Succeeded());
        Assert.Equal("configmap/made created\n", (await cluster.KubectlAsync("create configmap made --from-literal=a=b -n generated")).Succeeded());
        Assert.Equal("secret/made created\n", (await cluster.KubectlAsync("create secret generic made --from-literal=p=q -n generated")).Succeeded());
        (await cluster.KubectlAsync("rollout status deploy/made -n generated --timeout=60s")).Succeeded();
        Assert.Equal("""{"p":"cQ=="}""", (await cluster.KubectlAsync("get secret made -n generated -o jsonpath={.data}")).Succeeded().Trim());
        var again = await cluster.KubectlAsync("create deployment made --image=host -n generated");
        Assert.Equal((1, "error: failed to create deployment: deployments.apps \"made\" already exists\n"), (again.ExitCode, again.Error));
        Assert.Equal("namespace \"generated\" deleted\n", (await cluster.KubectlAsync("delete namespace generated --timeout=60s")).Succeeded());
    }

    [Fact]
    public async Task Label_Annotate_SetImage_ChangeObjects()
    {
        (await Apply("changed")).Succeeded();
        Assert.Equal("deployment.apps/changed labeled\n", (await cluster.KubectlAsync("label deploy changed tier=front")).Succeeded());
        Assert.Equal("deployment.apps/changed annotated\n", (await cluster.KubectlAsync("annotate deploy changed note=yes")).Succeeded());
        Assert.Equal("deployment.apps/changed env updated\n", (await cluster.KubectlAsync("set env deploy/changed COLOR=red")).Succeeded());
        Assert.Contains("changed", (await cluster.KubectlAsync("get deploy -A -l tier=front --show-labels")).Succeeded(), StringComparison.Ordinal);
        (await cluster.KubectlAsync("delete deploy -l tier=front")).Succeeded();
    }

    private Task<CommandResult> Apply(string name) => cluster.KubectlAsync("apply -f -", Manifest(name));

    private static string Manifest(string name) => Web.Replace("NAME_OF_POD", "POD", StringComparison.Ordinal).Replace("NAME", name, StringComparison.Ordinal);

    private static string ConfigMap(string name, params string[] data) =>
        $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n" + string.Concat(data.Select(line => $"  {line}\n"));
}
