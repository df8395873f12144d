using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Cluster.Tests.Storage;

/// <summary>Volumes that outlive pods, on nodes with the process runtime, driven with kubectl.</summary>
public sealed class VolumeTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Claim_OfTheDefaultClass_KeepsItsDataBetweenPods_AndGoesWhenNobodyUsesIt()
    {
        Assert.Matches(@"local \(default\)\s+local.orchestrator.dev\s+Delete\s+WaitForFirstConsumer\s+true", (await cluster.KubectlAsync("get sc")).Succeeded());
        (await cluster.ApplyAsync(Claim("kept"))).Succeeded();
        (await cluster.KubectlAsync("wait pvc/kept --for=jsonpath={.status.phase}=Pending --timeout=30s")).Succeeded();
        await cluster.EventAsync("pvc kept", "waiting for first consumer to be created before binding");
        (await cluster.ApplyAsync(Pod("writer", "kept", "echo precious > data/file; echo done"))).Succeeded();
        (await cluster.KubectlAsync("wait pod/writer --for=jsonpath={.status.phase}=Running --timeout=60s")).Succeeded();
        await cluster.LogAsync("writer", "done");
        Assert.Matches(@"kept\s+Bound\s+pvc-\S+\s+16Mi\s+RWO\s+local", (await cluster.KubectlAsync("get pvc kept")).Succeeded());
        var volume = (await cluster.ReadAsync("get pvc kept -o jsonpath={.spec.volumeName}"));
        Assert.Matches(@"16Mi\s+RWO\s+Delete\s+Bound\s+default/kept\s+local", (await cluster.KubectlAsync($"get pv {volume}")).Succeeded());

        // Deleted while it is used, it waits.
        (await cluster.KubectlAsync("delete pvc kept --wait=false")).Succeeded();
        Assert.Matches(@"kept\s+Terminating", (await cluster.KubectlAsync("get pvc kept")).Succeeded());
        var folder = Assert.Single(TestCluster.Nodes.Select(node => Path.Combine(cluster.DataFolder(node), "persistent", volume)), Directory.Exists);
        Assert.Equal("precious\n", await File.ReadAllTextAsync(Path.Combine(folder, "data", "file"), TestContext.Current.CancellationToken));
        (await cluster.ApplyAsync(Pod("late", "kept", "echo never"))).Succeeded();
        await cluster.EventAsync("pod late", "persistentvolumeclaim \"kept\" is being deleted");
        (await cluster.KubectlAsync("delete pod late")).Succeeded();
        (await cluster.KubectlAsync("delete pod writer --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("wait pvc/kept --for=delete --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync($"wait pv/{volume} --for=delete --timeout=60s")).Succeeded();
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Claim_OfNextPod_FindsItsData_OnTheNodeThatHasIt()
    {
        (await cluster.ApplyAsync(Claim("passed"))).Succeeded();
        (await cluster.ApplyAsync(Pod("first", "passed", "echo from $HOSTNAME > data/file; echo done", "n2"))).Succeeded();
        await cluster.LogAsync("first", "done");
        (await cluster.KubectlAsync("delete pod first --timeout=60s")).Succeeded();
        (await cluster.ApplyAsync(Pod("second", "passed", "cat data/file"))).Succeeded();
        await cluster.LogAsync("second", "from first");
        Assert.Equal("n2", (await cluster.ReadAsync("get pod second -o jsonpath={.spec.nodeName}")));
        // Somewhere else it cannot be had, and the pod says why it waits.
        (await cluster.ApplyAsync(Pod("elsewhere", "passed", "cat data/file", "n1"))).Succeeded();
        await cluster.EventAsync("pod elsewhere", "1 node(s) had volume node affinity conflict");
        (await cluster.ApplyAsync(Pod("nothing", "missing", "cat data/file"))).Succeeded();
        await cluster.EventAsync("pod nothing", "persistentvolumeclaim \"missing\" not found");
        (await cluster.KubectlAsync("delete pod second elsewhere nothing --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("delete pvc passed --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task Volume_Retained_KeepsItsData_AndHasAWayBack()
    {
        (await cluster.ApplyAsync("""
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: careful}
            provisioner: local.orchestrator.dev
            reclaimPolicy: Retain
            volumeBindingMode: Immediate
            """)).Succeeded();
        (await cluster.ApplyAsync(Claim("lasting", "careful"))).Succeeded();
        (await cluster.KubectlAsync("wait pvc/lasting --for=jsonpath={.status.phase}=Bound --timeout=60s")).Succeeded();
        var volume = (await cluster.ReadAsync("get pvc lasting -o jsonpath={.spec.volumeName}"));
        (await cluster.ApplyAsync(Pod("author", "lasting", "echo kept > data/file; echo done"))).Succeeded();
        await cluster.LogAsync("author", "done");
        (await cluster.KubectlAsync("delete pod author --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("delete pvc lasting --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync($"wait pv/{volume} --for=jsonpath={{.status.phase}}=Released --timeout=60s")).Succeeded();
        // A claim of the same name is another claim.
        (await cluster.ApplyAsync(Claim("lasting", "careful", volume))).Succeeded();
        await cluster.EventAsync("pvc lasting", "already bound to a different claim");
        (await cluster.KubectlAsync(["patch", "pv", volume, "-p", """{"spec":{"claimRef":null}}"""])).Succeeded();
        (await cluster.KubectlAsync("wait pvc/lasting --for=jsonpath={.status.phase}=Bound --timeout=60s")).Succeeded();
        (await cluster.ApplyAsync(Pod("reader", "lasting", "cat data/file"))).Succeeded();
        await cluster.LogAsync("reader", "kept");
        (await cluster.KubectlAsync("delete pod reader --timeout=60s")).Succeeded();
        // Neither claim nor volume takes the data with it.
        (await cluster.KubectlAsync("delete pvc lasting --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync($"delete pv {volume} --timeout=60s")).Succeeded();
        var folder = Assert.Single(TestCluster.Nodes.Select(node => Path.Combine(cluster.DataFolder(node), "persistent", volume)), Directory.Exists);
        Assert.Equal("kept\n", await File.ReadAllTextAsync(Path.Combine(folder, "data", "file"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task StatefulSet_Claims_StayWithTheirOrdinal_AndTheirPodComesBackToThem()
    {
        (await ApplySetAsync("db", 2)).Succeeded();
        (await cluster.KubectlAsync("rollout status sts/db --timeout=90s")).Succeeded();
        Assert.Equal("persistentvolumeclaim/data-db-0\npersistentvolumeclaim/data-db-1\n", (await cluster.KubectlAsync("get pvc -l app=db -o name")).Succeeded());
        var node = (await cluster.ReadAsync("get pod db-1 -o jsonpath={.spec.nodeName}"));
        (await cluster.KubectlAsync("delete pod db-1 --timeout=60s")).Succeeded();
        await cluster.LogAsync("db-1", "start 2 of db-1");
        Assert.Equal(node, (await cluster.ReadAsync("get pod db-1 -o jsonpath={.spec.nodeName}")));
        // Fewer replicas keep the claim of the last; as many as before find it.
        (await cluster.KubectlAsync("scale sts/db --replicas=1")).Succeeded();
        (await cluster.KubectlAsync("wait pod/db-1 --for=delete --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("get pvc data-db-1")).Succeeded();
        (await cluster.KubectlAsync("scale sts/db --replicas=2")).Succeeded();
        await cluster.LogAsync("db-1", "start 3 of db-1");
        // By policy, the claim goes with its pod, and the rest with the set.
        (await cluster.KubectlAsync(["patch", "sts", "db", "-p", """{"spec":{"replicas":1,"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Delete","whenScaled":"Delete"}}}"""])).Succeeded();
        (await cluster.KubectlAsync("wait pvc/data-db-1 --for=delete --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("get pvc data-db-0")).Succeeded();
        (await cluster.KubectlAsync("delete sts db --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("wait pvc/data-db-0 --for=delete --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task EphemeralVolume_IsMadeForItsPod_AndGoesWithIt()
    {
        (await cluster.ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: {name: brief}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: c
                image: host
                command: [sh, -c, 'echo x > scratch/file && echo written; sleep 600']
                volumeMounts: [{name: scratch, mountPath: scratch}]
              volumes:
              - name: scratch
                ephemeral: {volumeClaimTemplate: {metadata: {labels: {of: brief}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}}
            """)).Succeeded();
        await cluster.LogAsync("brief", "written");
        Assert.Equal("persistentvolumeclaim/brief-scratch\n", (await cluster.KubectlAsync("get pvc -l of=brief -o name")).Succeeded());
        var volume = (await cluster.ReadAsync("get pvc brief-scratch -o jsonpath={.spec.volumeName}"));
        (await cluster.KubectlAsync("delete pod brief --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("wait pvc/brief-scratch --for=delete --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync($"wait pv/{volume} --for=delete --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task ReadWriteOncePod_IsOnePods()
    {
        (await cluster.ApplyAsync(Claim("single", modes: "ReadWriteOncePod"))).Succeeded();
        (await cluster.ApplyAsync(Pod("owner", "single", "echo mine"))).Succeeded();
        await cluster.LogAsync("owner", "mine");
        (await cluster.ApplyAsync(Pod("next", "single", "echo mine too"))).Succeeded();
        await cluster.EventAsync("pod next", "PersistentVolumeClaim with ReadWriteOncePod access mode already in-use");
        (await cluster.KubectlAsync("delete pod owner --timeout=60s")).Succeeded();
        await cluster.LogAsync("next", "mine too");
        (await cluster.KubectlAsync("delete pod next --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task Volumes_ByHand_AreBoundBySelectorAndReservation()
    {
        (await cluster.ApplyAsync(string.Join("\n---\n", ByHand("slow", "labels: {speed: slow}"), ByHand("fast", "labels: {speed: fast}"), ByHand("reserved", "", "claimRef: {namespace: default, name: mine}")))).Succeeded();
        (await cluster.ApplyAsync(Claim("picky", "by-hand").Replace("spec:", "spec:\n  selector: {matchExpressions: [{key: speed, operator: In, values: [fast]}]}", StringComparison.Ordinal))).Succeeded();
        await BoundAsync("picky", "fast");
        (await cluster.ApplyAsync(Claim("any", "by-hand"))).Succeeded();
        await BoundAsync("any", "slow");
        // What is somebody's is not had by who comes first.
        (await cluster.ApplyAsync(Claim("late", "by-hand"))).Succeeded();
        await cluster.EventAsync("pvc late", "storageclass.storage.k8s.io \"by-hand\" not found");
        (await cluster.ApplyAsync(Claim("mine", "by-hand"))).Succeeded();
        await BoundAsync("mine", "reserved");
        Assert.Equal("Pending", await cluster.ReadAsync("get pvc late -o jsonpath={.status.phase}"));
        (await cluster.KubectlAsync("delete pvc picky any late mine --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("wait pv slow fast reserved --for=jsonpath={.status.phase}=Released --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("delete pv slow fast reserved --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task AllowedTopologies_SayWhereVolumesAreMade()
    {
        (await cluster.ApplyAsync("""
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: second}
            provisioner: local.orchestrator.dev
            volumeBindingMode: WaitForFirstConsumer
            allowedTopologies: [{matchLabelExpressions: [{key: kubernetes.io/hostname, values: [n2]}]}]
            """)).Succeeded();
        (await cluster.ApplyAsync(Claim("there", "second"))).Succeeded();
        (await cluster.ApplyAsync(Pod("here", "there", "echo never", "n1"))).Succeeded();
        await cluster.EventAsync("pod here", "1 node(s) didn't find available persistent volumes to bind");
        (await cluster.KubectlAsync("delete pod here")).Succeeded();
        (await cluster.ApplyAsync(Pod("anywhere", "there", "echo done"))).Succeeded();
        await cluster.LogAsync("anywhere", "done");
        Assert.Equal("n2", await cluster.ReadAsync("get pod anywhere -o jsonpath={.spec.nodeName}"));
        (await cluster.KubectlAsync("delete pod/anywhere pvc/there --timeout=60s")).Succeeded();
    }

    [Fact]
    public async Task EveryKind_IsListedAndDescribed()
    {
        (await cluster.ApplyAsync(ByHand("shown", "labels: {of: shown}"))).Succeeded();
        (await cluster.ApplyAsync(Claim("shown", "by-hand", "shown"))).Succeeded();
        await BoundAsync("shown", "shown");
        Assert.Matches(@"NAME\s+STATUS\s+VOLUME\s+CAPACITY\s+ACCESS MODES\s+STORAGECLASS\s+VOLUMEATTRIBUTESCLASS\s+AGE", (await cluster.KubectlAsync("get pvc shown")).Succeeded());
        Assert.Matches(@"NAME\s+CAPACITY\s+ACCESS MODES\s+RECLAIM POLICY\s+STATUS\s+CLAIM\s+STORAGECLASS\s+VOLUMEATTRIBUTESCLASS\s+REASON\s+AGE", (await cluster.KubectlAsync("get pv shown")).Succeeded());
        Assert.Matches(@"NAME\s+PROVISIONER\s+RECLAIMPOLICY\s+VOLUMEBINDINGMODE\s+ALLOWVOLUMEEXPANSION\s+AGE", (await cluster.KubectlAsync("get sc local")).Succeeded());
        var claim = (await cluster.KubectlAsync("describe pvc shown")).Succeeded();
        Assert.Matches(@"Status:\s+Bound", claim);
        Assert.Matches(@"Volume:\s+shown", claim);
        Assert.Matches(@"Finalizers:\s+\[kubernetes.io/pvc-protection\]", claim);
        var volume = (await cluster.KubectlAsync("describe pv shown")).Succeeded();
        Assert.Matches(@"Claim:\s+default/shown", volume);
        Assert.Matches(@"Reclaim Policy:\s+Retain", volume);
        var @class = (await cluster.KubectlAsync("describe sc local")).Succeeded();
        Assert.Matches(@"IsDefaultClass:\s+Yes", @class);
        Assert.Matches(@"Provisioner:\s+local.orchestrator.dev", @class);
        (await cluster.KubectlAsync("delete pvc/shown --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync("delete pv/shown --timeout=60s")).Succeeded();
    }

    private async Task BoundAsync(string claim, string volume)
    {
        (await cluster.KubectlAsync($"wait pvc/{claim} --for=jsonpath={{.status.phase}}=Bound --timeout=60s")).Succeeded();
        Assert.Equal(volume, await cluster.ReadAsync($"get pvc {claim} -o jsonpath={{.spec.volumeName}}"));
    }

    private static string ByHand(string name, string metadata, string spec = "") => $$"""
        apiVersion: v1
        kind: PersistentVolume
        metadata:
          name: {{name}}
          {{metadata}}
        spec:
          capacity: {storage: 1Gi}
          accessModes: [ReadWriteOnce]
          storageClassName: by-hand
          hostPath: {path: /srv}
          {{spec}}
        """;

    internal static string Claim(string name, string? @class = null, string? volume = null, string modes = "ReadWriteOnce", string size = "16Mi") => $$"""
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: {{name}}}
        spec:
          accessModes: [{{modes}}]
          resources: {requests: {storage: {{size}} } }
          {{(@class is null ? "" : $"storageClassName: {@class}")}}
          {{(volume is null ? "" : $"volumeName: {volume}")}}
        """;

    internal static string Pod(string name, string claim, string command, string? node = null) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}}
        spec:
          terminationGracePeriodSeconds: 1
          {{(node is null ? "" : $"nodeSelector: {{kubernetes.io/hostname: {node}}}")}}
          containers:
          - name: c
            image: host
            command: [sh, -c, {{JsonValue.Create($"{command}; exec sleep 600").ToJsonString()}}]
            volumeMounts: [{name: data, mountPath: data}]
          volumes: [{name: data, persistentVolumeClaim: {claimName: {{claim}} } }]
        """;

    private Task<CommandResult> ApplySetAsync(string name, int replicas) => cluster.ApplyAsync($$"""
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: {{name}}}
        spec:
          replicas: {{replicas}}
          serviceName: {{name}}
          selector: {matchLabels: {app: {{name}} } }
          template:
            metadata: {labels: {app: {{name}} } }
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: c
                image: host
                command: [sh, -c, 'echo $POD >> data/starts; echo "start $(wc -l < data/starts) of $(tail -n 1 data/starts)"; exec sleep 600']
                env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name} } }]
                volumeMounts: [{name: data, mountPath: data}]
          volumeClaimTemplates:
          - metadata: {name: data}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi} } }
        """);
}
