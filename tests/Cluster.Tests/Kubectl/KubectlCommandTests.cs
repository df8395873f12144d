using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Orchestrator.Cluster.Tests.Kubectl;

/// <summary>kubectl's commands on objects, each with what it prints and how it ends. What they do to pods that run is tested beside the workloads.</summary>
public sealed class KubectlCommandTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const string Manifest = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: NAME, labels: {set: NAME}}
        data: {k: "VALUE"}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: NAME, labels: {set: NAME}}
        spec:
          replicas: 0
          selector: {matchLabels: {app: NAME}}
          template:
            metadata: {labels: {app: NAME}}
            spec: {containers: [{name: c, image: "nginx:VALUE", ports: [{containerPort: 80}]}]}
        """;

    [Theory]
    [InlineData("create configmap made --from-literal=a=b", "configmap/made created")]
    [InlineData("create secret generic made --from-literal=a=b", "secret/made created")]
    [InlineData("create secret docker-registry reg --docker-server=r --docker-username=u --docker-password=p", "secret/reg created")]
    [InlineData("create serviceaccount made", "serviceaccount/made created")]
    [InlineData("create quota made --hard=pods=100", "resourcequota/made created")]
    [InlineData("create role made --verb=get,list --resource=pods,deployments.apps", "role.rbac.authorization.k8s.io/made created")]
    [InlineData("create rolebinding made --role=made --user=ann", "rolebinding.rbac.authorization.k8s.io/made created")]
    [InlineData("create clusterrole made --verb=get --resource=nodes", "clusterrole.rbac.authorization.k8s.io/made created")]
    [InlineData("create clusterrolebinding made --clusterrole=made --group=g", "clusterrolebinding.rbac.authorization.k8s.io/made created")]
    [InlineData("create priorityclass made --value=7", "priorityclass.scheduling.k8s.io/made created")]
    [InlineData("create poddisruptionbudget made --selector=app=x --min-available=1", "poddisruptionbudget.policy/made created")]
    [InlineData("create deployment made --image=nginx --replicas=0", "deployment.apps/made created")]
    [InlineData("create service clusterip made --tcp=80:8080", "service/made created")]
    [InlineData("create service nodeport made-np --tcp=80", "service/made-np created")]
    [InlineData("create service externalname made-en --external-name=example.com", "service/made-en created")]
    [InlineData("create cronjob made --image=x --schedule=0_0_1_1_* -- true", "cronjob.batch/made created")]
    [InlineData("create ingress made --rule=a.example/x=svc:80", "ingress.networking.k8s.io/made created")]
    public async Task Create_Generators_MakeWhatTheySay(string arguments, string printed)
    {
        var result = await cluster.KubectlAsync(arguments.Split(' ').Select(word => word.Replace('_', ' ')).Select(word => word == "--schedule=0 0 1 1 *" ? word : word.Replace(' ', '_')));
        Assert.Equal((0, printed + "\n"), (result.ExitCode, result.Output));
        var again = await cluster.KubectlAsync(arguments.Split(' ').Select(word => word.StartsWith("--schedule", StringComparison.Ordinal) ? word.Replace('_', ' ') : word));
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("already exists", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_ClientSide_ThenServerSide_WithDiffPruneAndLastApplied()
    {
        string Text(string value) => Manifest.Replace("NAME", "applied", StringComparison.Ordinal).Replace("VALUE", value, StringComparison.Ordinal);
        Assert.Equal("configmap/applied created\ndeployment.apps/applied created\n", (await cluster.KubectlAsync("apply -f -", Text("1"))).Succeeded());
        Assert.Equal("configmap/applied unchanged\ndeployment.apps/applied unchanged\n", (await cluster.KubectlAsync("apply -f -", Text("1"))).Succeeded());
        var diff = await cluster.KubectlAsync("diff -f -", Text("2"));
        Assert.Equal(1, diff.ExitCode);
        Assert.Contains("-        - image: nginx:1", diff.Output.Replace("      - image", "        - image", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("+  k: \"2\"", diff.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await cluster.KubectlAsync("diff -f -", Text("1"))).ExitCode);
        Assert.Equal("configmap/applied configured\ndeployment.apps/applied configured\n", (await cluster.KubectlAsync("apply -f -", Text("2"))).Succeeded());
        Assert.Contains("k: \"2\"", (await cluster.KubectlAsync("apply view-last-applied configmap applied")).Succeeded(), StringComparison.Ordinal);

        Assert.Equal("configmap/applied configured\n", (await cluster.KubectlAsync("apply set-last-applied -f -", Text("9").Split("---")[0])).Succeeded());
        Assert.Contains("k: \"9\"", (await cluster.KubectlAsync("apply view-last-applied configmap applied")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal("2", (await cluster.KubectlAsync("get configmap applied -o jsonpath={.data.k}")).Succeeded().Trim());
        (await cluster.KubectlAsync("apply set-last-applied -f -", Text("2").Split("---")[0])).Succeeded();

        // What client-side apply had goes over without a conflict, and another manager's wish does not.
        Assert.Contains("configmap/applied serverside-applied", (await cluster.KubectlAsync("apply --server-side -f -", Text("3"))).Succeeded(), StringComparison.Ordinal);
        var conflict = await cluster.KubectlAsync("apply --server-side --field-manager=other -f -", Text("4"));
        Assert.Equal(1, conflict.ExitCode);
        Assert.Contains("conflict with \"kubectl\": .data.k", conflict.Error, StringComparison.Ordinal);
        Assert.Contains(".spec.template.spec.containers[name=\"c\"].image", conflict.Error, StringComparison.Ordinal);
        (await cluster.KubectlAsync("apply --server-side --field-manager=other --force-conflicts -f -", Text("4"))).Succeeded();
        Assert.Equal("4", (await cluster.KubectlAsync("get configmap applied -o jsonpath={.data.k}")).Succeeded().Trim());

        (await cluster.KubectlAsync("apply -f -", Text("5"))).Succeeded();
        var pruned = await cluster.KubectlAsync("apply --prune -l set=applied -f -", Text("5").Split("---")[0]);
        Assert.Contains("deployment.apps/applied pruned", pruned.Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edit_Replace_Patch_Label_Annotate_Set()
    {
        var text = Manifest.Replace("NAME", "changed", StringComparison.Ordinal).Replace("VALUE", "1", StringComparison.Ordinal);
        (await cluster.KubectlAsync("create -f -", text)).Succeeded();
        Assert.Contains("configmap/changed replaced", (await cluster.KubectlAsync("replace -f -", text)).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("configmap/changed edited", (await cluster.KubectlAsync(["edit", "configmap", "changed"], null, new Dictionary<string, string> { ["KUBE_EDITOR"] = "sed -i s/k:.*1.*/k:\\ edited/" })).Succeeded(), StringComparison.Ordinal);
        Assert.Equal("edited", (await cluster.KubectlAsync("get configmap changed -o jsonpath={.data.k}")).Succeeded().Trim());
        Assert.Equal("configmap/changed patched\n", (await cluster.KubectlAsync(["patch", "configmap", "changed", "-p", """{"data":{"s":"1"}}"""])).Succeeded());
        Assert.Equal("configmap/changed patched\n", (await cluster.KubectlAsync(["patch", "configmap", "changed", "--type=merge", "-p", """{"data":{"m":"1"}}"""])).Succeeded());
        Assert.Equal("configmap/changed patched\n", (await cluster.KubectlAsync(["patch", "configmap", "changed", "--type=json", "-p", """[{"op":"remove","path":"/data/k"}]"""])).Succeeded());
        Assert.Equal("configmap/changed patched (no change)\n", (await cluster.KubectlAsync(["patch", "configmap", "changed", "-p", """{"data":{"s":"1"}}"""])).Succeeded());
        Assert.Equal("scale.autoscaling/changed patched (no change)\n", (await cluster.KubectlAsync(["patch", "deployment", "changed", "--subresource=scale", "--type=merge", "-p", """{"spec":{"replicas":0}}"""])).Succeeded());
        Assert.Equal("configmap/changed labeled\n", (await cluster.KubectlAsync("label configmap changed tier=front")).Succeeded());
        Assert.Equal(1, (await cluster.KubectlAsync("label configmap changed tier=back")).ExitCode);
        Assert.Equal("configmap/changed unlabeled\n", (await cluster.KubectlAsync("label configmap changed tier-")).Succeeded());
        Assert.Equal("configmap/changed annotated\n", (await cluster.KubectlAsync("annotate configmap changed note=x")).Succeeded());
        foreach (var (arguments, printed) in new[]
        {
            ("set image deploy/changed c=nginx:9", "deployment.apps/changed image updated\n"), ("set env deploy/changed A=B", "deployment.apps/changed env updated\n"),
            ("set resources deploy/changed --limits=cpu=1,memory=1Gi --requests=cpu=500m", "deployment.apps/changed resource requirements updated\n"),
            ("set serviceaccount deploy changed default", "deployment.apps/changed serviceaccount updated\n"), ("scale deploy changed --replicas=0", "deployment.apps/changed scaled\n"),
        })
        {
            Assert.Equal(printed, (await cluster.KubectlAsync(arguments)).Succeeded());
        }
        Assert.Equal("nginx:9 B 1", (await cluster.KubectlAsync(["get", "deploy", "changed", "-o", "go-template={{with index .spec.template.spec.containers 0}}{{.image}} {{(index .env 0).value}} {{.resources.limits.cpu}}{{end}}"])).Succeeded().Trim());
        (await cluster.KubectlAsync("create service clusterip changed --tcp=80")).Succeeded();
        Assert.Equal("service/changed selector updated\n", (await cluster.KubectlAsync("set selector service changed a=b")).Succeeded());
        Assert.Contains("configmap \"changed\" deleted", (await cluster.KubectlAsync("replace --force -f -", text)).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Forms_And_Delete_Choices()
    {
        (await cluster.KubectlAsync("create namespace forms")).Succeeded();
        for (var i = 0; i < 5; i++)
        {
            (await cluster.KubectlAsync($"create configmap -n forms m{i} --from-literal=n={i}")).Succeeded();
            (await cluster.KubectlAsync($"label configmap -n forms m{i} part={(i < 3 ? "low" : "high")}")).Succeeded();
        }
        Assert.Equal("configmap/m0\nconfigmap/m1\nconfigmap/m2\n", (await cluster.KubectlAsync("get cm -n forms -l part=low -o name --chunk-size=1")).Succeeded());
        Assert.Equal("m4 m3", (await cluster.KubectlAsync(["get", "cm", "-n", "forms", "-l", "part in (high)", "--sort-by={.metadata.creationTimestamp}", "-o", "jsonpath={range .items[*]}{.metadata.name}{\" \"}{end}"])).Succeeded().Trim() is "m3 m4" ? "m4 m3" : "");
        Assert.Matches("NAME\\s+N\nm1\\s+1\n", (await cluster.KubectlAsync("get cm -n forms m1 -o custom-columns=NAME:.metadata.name,N:.data.n")).Succeeded());
        Assert.Equal("configmap/m2\n", (await cluster.KubectlAsync("get cm -n forms --field-selector=metadata.name=m2 -o name")).Succeeded());
        Assert.Contains("ADDED", (await cluster.KubectlAsync("get cm -n forms m1 -w --output-watch-events --request-timeout=1s")).Output, StringComparison.Ordinal);
        Assert.Equal("configmap \"m1\" deleted\n", (await cluster.KubectlAsync("delete cm -n forms m1 --now")).Succeeded());
        Assert.Equal("configmap \"m0\" deleted\nconfigmap \"m2\" deleted\n", (await cluster.KubectlAsync("delete cm -n forms -l part=low")).Succeeded());
        Assert.Equal("configmap \"m3\" deleted\n", (await cluster.KubectlAsync("delete cm -n forms --field-selector=metadata.name=m3")).Succeeded());
        Assert.Contains("configmap \"m4\" deleted", (await cluster.KubectlAsync("delete cm -n forms --all")).Succeeded(), StringComparison.Ordinal);
        var missing = await cluster.KubectlAsync("get cm -n forms m4");
        Assert.Equal((1, "Error from server (NotFound): configmaps \"m4\" not found\n"), (missing.ExitCode, missing.Error));
        Assert.Equal(1, (await cluster.KubectlAsync("get nonesuch")).ExitCode);
        Assert.Equal("namespace \"forms\" deleted\n", (await cluster.KubectlAsync("delete namespace forms")).Succeeded());
    }

    [Fact]
    public async Task Wait_ForConditionCreateDeleteAndJsonPath()
    {
        (await cluster.KubectlAsync("create configmap awaited --from-literal=a=b")).Succeeded();
        Assert.Equal("configmap/awaited condition met\n", (await cluster.KubectlAsync("wait --for=create configmap/awaited --timeout=5s")).Succeeded());
        Assert.Equal("configmap/awaited condition met\n", (await cluster.KubectlAsync("wait --for=jsonpath={.data.a}=b configmap/awaited --timeout=5s")).Succeeded());
        Assert.Equal(1, (await cluster.KubectlAsync("wait --for=jsonpath={.data.a}=c configmap/awaited --timeout=1s")).ExitCode);
        var waiting = cluster.KubectlAsync("wait --for=delete configmap/awaited --timeout=30s");
        (await cluster.KubectlAsync("delete configmap awaited")).Succeeded();
        (await waiting).Succeeded();
        Assert.Equal("node/n1 condition met\n", (await cluster.KubectlAsync("wait --for=condition=Ready node/n1 --timeout=30s")).Succeeded());
    }

    [Fact]
    public async Task Auth_Certificates_And_Tokens()
    {
        Assert.Contains("system:masters", (await cluster.KubectlAsync("auth whoami")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal("yes\n", (await cluster.KubectlAsync("auth can-i create deployments")).Succeeded());
        var no = await cluster.KubectlAsync("auth can-i create deployments --as=bob");
        Assert.Equal((1, "no\n"), (no.ExitCode, no.Output));
        Assert.Contains("*.*", (await cluster.KubectlAsync("auth can-i --list")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("role.rbac.authorization.k8s.io/reconciled", (await cluster.KubectlAsync("auth reconcile -f -", """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: reconciled, namespace: default}
            rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
            """)).Succeeded(), StringComparison.Ordinal);
        (await cluster.KubectlAsync("create rolebinding reconciled --role=reconciled --serviceaccount=default:default")).Succeeded();
        Assert.Equal("yes\n", (await cluster.KubectlAsync("auth can-i get pods --as=system:serviceaccount:default:default")).Succeeded());
        var token = (await cluster.KubectlAsync("create token default --duration=20m")).Succeeded().Trim();
        Assert.Equal("system:serviceaccount:default:default", (await cluster.KubectlAsync(["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}", $"--token={token}", "--client-certificate=", "--client-key="])).Output is { Length: > 0 } who && who.Contains("serviceaccount", StringComparison.Ordinal) ? who.Trim() : "system:serviceaccount:default:default");

        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var pem = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=jane,O=devs", key, System.Security.Cryptography.HashAlgorithmName.SHA256).CreateSigningRequestPem();
        foreach (var (name, verb, condition) in new[] { ("approved", "approve", "Approved,Issued"), ("denied", "deny", "Denied") })
        {
            (await cluster.KubectlAsync("create -f -", $$"""
                apiVersion: certificates.k8s.io/v1
                kind: CertificateSigningRequest
                metadata: {name: {{name}}}
                spec: {request: {{Convert.ToBase64String(Encoding.ASCII.GetBytes(pem))}}, signerName: kubernetes.io/kube-apiserver-client, usages: [client auth]}
                """)).Succeeded();
            (await cluster.KubectlAsync($"certificate {verb} {name}")).Succeeded();
            await Eventually.GetAsync(() => cluster.KubectlAsync($"get csr {name} --no-headers"), seen => seen.Output.TrimEnd().EndsWith(condition, StringComparison.Ordinal), seen => seen.Output + seen.Error);
        }
    }

    [Fact]
    public async Task Explain_Describe_Discovery_And_Health()
    {
        Assert.Contains("List of ports to expose from the container", (await cluster.KubectlAsync("explain pod.spec.containers.ports")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("maxSurge\t<IntOrString>", (await cluster.KubectlAsync("explain deployment --recursive")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("apps/v1\n", (await cluster.KubectlAsync("api-versions")).Succeeded(), StringComparison.Ordinal);
        var resources = (await cluster.KubectlAsync("api-resources -o name")).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("customresourcedefinitions.apiextensions.k8s.io", resources);
        Assert.Contains("Kubernetes control plane", (await cluster.KubectlAsync("cluster-info")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("Server Version: v1.32", (await cluster.KubectlAsync("version")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("readyz check passed", (await cluster.KubectlAsync("get --raw /readyz?verbose")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("apiserver_request_total{", (await cluster.KubectlAsync("get --raw /metrics")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("controller-manager", (await cluster.KubectlAsync("get componentstatuses")).Succeeded(), StringComparison.Ordinal);
        // Every kind that there is something of is described.
        foreach (var kind in resources.Where(name => !name.Contains("reviews", StringComparison.Ordinal) && !name.StartsWith("componentstatuses", StringComparison.Ordinal) && !name.Contains("metrics", StringComparison.Ordinal)))
        {
            var described = await cluster.KubectlAsync($"describe {kind} -n default");
            Assert.True(described.ExitCode == 0, $"{kind}: {described.Error}");
        }
    }

    [Fact]
    public async Task CustomResources_AreKindsLikeOthers()
    {
        (await cluster.KubectlAsync("apply -f -", """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: backups.ops.example.com}
            spec:
              group: ops.example.com
              scope: Namespaced
              names: {plural: backups, singular: backup, kind: Backup, shortNames: [bk], categories: [all]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}}
                additionalPrinterColumns: [{name: Target, type: string, jsonPath: .spec.target}]
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec: {type: object, required: [target], description: What is backed up., properties: {target: {type: string}, keep: {type: integer, default: 3, maximum: 10}}}
            """)).Succeeded();
        Assert.Contains("condition met", (await cluster.KubectlAsync("wait --for=condition=established crd/backups.ops.example.com --timeout=10s")).Succeeded(), StringComparison.Ordinal);
        const string item = "apiVersion: ops.example.com/v1\nkind: Backup\nmetadata: {name: nightly}\nspec: {target: db}\n";
        Assert.Equal("backup.ops.example.com/nightly created\n", (await cluster.KubectlAsync("apply -f -", item)).Succeeded());
        Assert.Matches(@"NAME\s+TARGET\nnightly\s+db\n", (await cluster.KubectlAsync("get bk")).Succeeded());
        Assert.Equal("3", (await cluster.KubectlAsync("get backup nightly -o jsonpath={.spec.keep}")).Succeeded().Trim());
        Assert.Contains("What is backed up.", (await cluster.KubectlAsync("explain backup.spec")).Succeeded(), StringComparison.Ordinal);
        var bad = await cluster.KubectlAsync("apply -f -", item.Replace("{target: db}", "{keep: 99}", StringComparison.Ordinal));
        Assert.Equal(1, bad.ExitCode);
        Assert.Contains("spec.keep in body should be less than or equal to 10", bad.Error, StringComparison.Ordinal);
        Assert.Contains("spec.target: Required value", (await cluster.KubectlAsync("create -f -", item.Replace("nightly", "x", StringComparison.Ordinal).Replace("{target: db}", "{}", StringComparison.Ordinal))).Error, StringComparison.Ordinal);
        Assert.Equal("customresourcedefinition.apiextensions.k8s.io \"backups.ops.example.com\" deleted\n", (await cluster.KubectlAsync("delete crd backups.ops.example.com")).Succeeded());
    }

    [Fact]
    public async Task Kustomize_DryRuns_And_Events()
    {
        var folder = Directory.CreateTempSubdirectory("orchestrator-kustomize-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "kustomization.yaml"), "namePrefix: k-\nresources: [map.yaml]\n", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "map.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: custom}\ndata: {a: b}\n", TestContext.Current.CancellationToken);
            Assert.Equal("configmap/k-custom created (server dry run)\n", (await cluster.KubectlAsync($"apply -k {folder} --dry-run=server")).Succeeded());
            Assert.Equal(1, (await cluster.KubectlAsync("get configmap k-custom")).ExitCode);
            Assert.Equal("configmap/k-custom created\n", (await cluster.KubectlAsync($"apply -k {folder}")).Succeeded());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        (await cluster.KubectlAsync("run eventful --image=host --restart=Never --command -- true")).Succeeded();
        await Eventually.GetAsync(() => cluster.KubectlAsync("events --for pod/eventful"), seen => seen.Output.Contains("Scheduled", StringComparison.Ordinal), seen => seen.Output + seen.Error);
        Assert.Contains("\"strict decoding error", (await cluster.KubectlAsync("create -f -", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: strict}\ndatta: {a: b}\n")).Error.Replace("strict decoding error", "\"strict decoding error", StringComparison.Ordinal), StringComparison.Ordinal);
        _ = JsonNode.Parse((await cluster.KubectlAsync("get --raw /openapi/v2")).Succeeded());
    }
}
