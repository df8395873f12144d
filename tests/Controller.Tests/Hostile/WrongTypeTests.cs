using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Controller.Tests.Hostile;

/// <summary>
/// Good bodies in which one value, each in its turn, is of another type: refused as bad, or taken where that type is allowed, and never a failure of
/// ours. In a namespace with limits and a quota, where admission looks into what it has not judged yet.
/// </summary>
public sealed class WrongTypeTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Default = "/api/v1/namespaces/default";
    private const int Senders = 8;

    private const string Pod = """
        {"metadata":{"name":"q","generateName":"g","labels":{"a":"b"},"annotations":{"a":"b"},"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"x","uid":"u","controller":true}],"finalizers":["a/b"],"resourceVersion":""},
         "spec":{"priorityClassName":"","priority":0,"serviceAccountName":"default","automountServiceAccountToken":true,"nodeSelector":{"a":"b"},"tolerations":[{"key":"a"}],"overhead":{"cpu":"1"},
          "volumes":[{"name":"v","emptyDir":{}},{"name":"p","projected":{"sources":[{"configMap":{"name":"x","items":[{"key":"a","path":"a"}]}}]}}],"hostAliases":[{"ip":"1.2.3.4","hostnames":["a"]}],"dnsConfig":{"options":[{"name":"ndots","value":"1"}]},
          "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"In","values":["b"]}]}]}},"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"podAffinityTerm":{"topologyKey":"t","labelSelector":{"matchLabels":{"a":"b"}}}}]}},
          "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"t","whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"a":"b"}}}],
          "containers":[{"name":"c","image":"i","command":["a"],"ports":[{"containerPort":80,"hostPort":0,"protocol":"TCP"}],"env":[{"name":"a","value":"b"},{"name":"c","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],"envFrom":[{"configMapRef":{"name":"x"}}],
            "volumeMounts":[{"name":"v","mountPath":"/x","subPath":"a"}],"resources":{"requests":{"cpu":"1"},"limits":{"cpu":"1"}},"livenessProbe":{"httpGet":{"port":80,"httpHeaders":[{"name":"a","value":"b"}]},"periodSeconds":1},
            "lifecycle":{"preStop":{"exec":{"command":["a"]}}},"securityContext":{"runAsUser":1,"capabilities":{"add":["X"]}}}],
          "initContainers":[{"name":"ic","image":"i","restartPolicy":"Always","resources":{"requests":{"cpu":"1"}}}]},"status":{"phase":"Pending"}}
        """;

    private const string Template = """{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""";

    private static readonly (string Method, string Path, string Body)[] Good =
    [
        ("POST", $"{Default}/pods", Pod),
        ("POST", "/apis/scheduling.orchestrator.dev/v1alpha1/namespaces/default/placementreviews", $$$$$"""{"spec":{"template":{{{{{Pod}}}}}}}"""),
        ("POST", $"{Default}/pods/p/binding", """{"metadata":{"name":"p","uid":"x"},"target":{"kind":"Node","name":"none"}}"""),
        ("POST", $"{Default}/pods/p/eviction", """{"metadata":{"name":"p"},"deleteOptions":{"gracePeriodSeconds":30,"dryRun":["All"],"preconditions":{"uid":"u","resourceVersion":"1"},"propagationPolicy":"Orphan","orphanDependents":true}}"""),
        ("DELETE", $"{Default}/pods/p", """{"gracePeriodSeconds":30,"dryRun":["All"],"preconditions":{"uid":"u","resourceVersion":"1"},"propagationPolicy":"Orphan"}"""),
        ("POST", $"{Default}/serviceaccounts/default/token", """{"metadata":{"name":"a"},"spec":{"audiences":["a"],"expirationSeconds":600,"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p","uid":"x"}}}"""),
        ("PUT", "/apis/apps/v1/namespaces/default/deployments/d/scale", """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d","namespace":"default","resourceVersion":""},"spec":{"replicas":1},"status":{"replicas":1,"selector":"x"}}"""),
        ("POST", $"{Default}/persistentvolumeclaims", """{"metadata":{"name":"c","annotations":{"volume.beta.kubernetes.io/storage-class":"x"}},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"volumeMode":"Filesystem","selector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"a","operator":"In","values":["b"]}]}}}"""),
        ("POST", "/api/v1/persistentvolumes", """{"metadata":{"name":"x"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/x"},"claimRef":{"namespace":"default","name":"c"},"nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["n1"]}]}]}}}}"""),
        ("POST", "/apis/storage.k8s.io/v1/storageclasses", """{"metadata":{"name":"x","annotations":{"a":"b"}},"provisioner":"a/b","parameters":{"a":"b"},"mountOptions":["a"],"reclaimPolicy":"Delete","volumeBindingMode":"Immediate","allowVolumeExpansion":true,"allowedTopologies":[{"matchLabelExpressions":[{"key":"a","values":["b"]}]}]}"""),
        ("POST", $"{Default}/services", """{"metadata":{"name":"s"},"spec":{"type":"NodePort","clusterIP":"","clusterIPs":[""],"externalIPs":["1.2.3.4"],"ports":[{"port":80,"targetPort":"x","nodePort":0,"protocol":"TCP","name":"a"}],"selector":{"a":"b"},"sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10}},"allocateLoadBalancerNodePorts":true}}"""),
        ("POST", "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", """{"metadata":{"name":"x","labels":{"kubernetes.io/service-name":"s"}},"addressType":"IPv4","endpoints":[{"addresses":["1.2.3.4"],"conditions":{"ready":true},"targetRef":{"kind":"Pod","name":"x"}}],"ports":[{"name":"a","port":80}]}"""),
        ("POST", $"{Default}/endpoints", """{"metadata":{"name":"x"},"subsets":[{"addresses":[{"ip":"1.2.3.4"}],"ports":[{"port":80}]}]}"""),
        ("POST", "/apis/networking.k8s.io/v1/namespaces/default/ingresses", """{"metadata":{"name":"x"},"spec":{"tls":[{"hosts":["a"]}],"rules":[{"host":"a","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"s","port":{"number":80}}}}]}}]}}"""),
        ("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", """{"metadata":{"name":"r"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["x"]}],"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]}}"""),
        ("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", """{"metadata":{"name":"r"},"subjects":[{"kind":"User","name":"x"}],"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"}}"""),
        ("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", """{"spec":{"user":"x","groups":["a"],"extra":{"a":["b"]},"resourceAttributes":{"verb":"get","resource":"pods","fieldSelector":{"rawSelector":"x"}}}}"""),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{"spec":{"namespace":"default"}}"""),
        ("POST", "/apis/authentication.k8s.io/v1/tokenreviews", """{"spec":{"token":"x","audiences":["a"]}}"""),
        ("POST", "/apis/certificates.k8s.io/v1/certificatesigningrequests", """{"metadata":{"name":"x"},"spec":{"request":"eA==","signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"],"expirationSeconds":600}}"""),
        ("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """{"metadata":{"name":"as.x.y"},"spec":{"group":"x.y","names":{"plural":"as","kind":"A","shortNames":["a"],"singular":"a","listKind":"AList"},"scope":"Namespaced","versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","required":["x"],"properties":{"x":{"type":"integer","minimum":1,"default":1,"enum":[1]}}}}}},"subresources":{"status":{},"scale":{"specReplicasPath":".spec.x","statusReplicasPath":".status.x"}},"additionalPrinterColumns":[{"name":"X","type":"string","jsonPath":".spec.x"}]}]}}"""),
        ("POST", "/apis/batch/v1/namespaces/default/jobs", $$$$$"""{"metadata":{"name":"x"},"spec":{"completions":2,"completionMode":"Indexed","backoffLimitPerIndex":1,"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[1]}}]},"successPolicy":{"rules":[{"succeededIndexes":"0"}]},"template":{{{{{Template.Replace("\"containers\"", "\"restartPolicy\":\"Never\",\"containers\"", StringComparison.Ordinal)}}}}}}}"""),
        ("POST", "/apis/batch/v1/namespaces/default/cronjobs", $$$$$"""{"metadata":{"name":"x"},"spec":{"schedule":"* * * * *","timeZone":"Etc/UTC","jobTemplate":{"metadata":{"labels":{"a":"b"}},"spec":{"template":{{{{{Template.Replace("\"containers\"", "\"restartPolicy\":\"Never\",\"containers\"", StringComparison.Ordinal)}}}}}}}}}"""),
        ("POST", "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", """{"metadata":{"name":"x"},"spec":{"minReplicas":1,"maxReplicas":2,"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"},"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}},{"type":"External","external":{"metric":{"name":"m","selector":{"matchLabels":{"a":"b"}}},"target":{"type":"Value","value":"1"}}}],"behavior":{"scaleUp":{"policies":[{"type":"Pods","value":1,"periodSeconds":10}]}}}}"""),
        ("POST", "/api/v1/nodes", """{"metadata":{"name":"x"},"spec":{"taints":[{"key":"a","effect":"NoSchedule"}],"podCIDR":"10.0.0.0/24"},"status":{"capacity":{"cpu":"1"},"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"1.2.3.4"}]}}"""),
        ("POST", "/apis/policy/v1/namespaces/default/poddisruptionbudgets", """{"metadata":{"name":"x"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"a":"b"}}}}"""),
        ("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", """{"metadata":{"name":"x"},"value":1,"globalDefault":false,"preemptionPolicy":"Never","description":"d"}"""),
        ("POST", $"{Default}/configmaps", """{"metadata":{"name":"x"},"immutable":false,"data":{"a":"b"},"binaryData":{"c":"eA=="}}"""),
        ("POST", $"{Default}/secrets", """{"metadata":{"name":"x"},"type":"kubernetes.io/tls","data":{"tls.crt":"eA==","tls.key":"eA=="},"stringData":{"a":"b"}}"""),
        ("POST", $"{Default}/serviceaccounts", """{"metadata":{"name":"x"},"imagePullSecrets":[{"name":"a"}],"automountServiceAccountToken":true}"""),
        ("POST", $"{Default}/events", """{"metadata":{"name":"x"},"involvedObject":{"kind":"Pod","name":"x","namespace":"default"},"reason":"x","count":1,"firstTimestamp":"2026-01-01T00:00:00Z","series":{"count":1,"lastObservedTime":"2026-01-01T00:00:00.000000Z"}}"""),
        ("POST", "/apis/events.k8s.io/v1/namespaces/default/events", """{"metadata":{"name":"x"},"eventTime":"2026-01-01T00:00:00.000000Z","regarding":{"kind":"Pod","name":"x","namespace":"default"},"reason":"x","action":"a","type":"Normal","reportingController":"a/b","reportingInstance":"i"}"""),
        ("POST", $"{Default}/limitranges", """{"metadata":{"name":"x"},"spec":{"limits":[{"type":"Container","max":{"cpu":"1"},"default":{"cpu":"1"},"maxLimitRequestRatio":{"cpu":"2"}}]}}"""),
        ("POST", $"{Default}/resourcequotas", """{"metadata":{"name":"x"},"spec":{"hard":{"pods":"1"},"scopes":["BestEffort"],"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In","values":["x"]}]}}}"""),
        ("POST", $"{Default}/podtemplates", $$$$$"""{"metadata":{"name":"x"},"template":{{{{{Template}}}}}}"""),
        ("POST", $"{Default}/replicationcontrollers", $$$$$"""{"metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"a":"b"},"template":{{{{{Template}}}}}}}"""),
        ("POST", "/apis/apps/v1/namespaces/default/replicasets", $$$$$"""{"metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{{{{{Template}}}}}}}"""),
        ("POST", "/apis/apps/v1/namespaces/default/deployments", $$$$$"""{"metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{{{{{Template}}}}},"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":1}}}}"""),
        ("POST", "/apis/apps/v1/namespaces/default/statefulsets", $$$$$"""{"metadata":{"name":"x"},"spec":{"replicas":1,"serviceName":"x","ordinals":{"start":1},"selector":{"matchLabels":{"a":"b"}},"template":{{{{{Template}}}}},"volumeClaimTemplates":[{"metadata":{"name":"d"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}],"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":0,"maxUnavailable":1}}}}"""),
        ("POST", "/apis/apps/v1/namespaces/default/daemonsets", $$$$$"""{"metadata":{"name":"x"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{{{{{Template}}}}},"updateStrategy":{"rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}}}"""),
        ("POST", "/apis/coordination.k8s.io/v1/namespaces/default/leases", """{"metadata":{"name":"x"},"spec":{"holderIdentity":"a","leaseDurationSeconds":1,"renewTime":"2026-01-01T00:00:00.000000Z"}}"""),
    ];

    private static readonly (string Path, string Body)[] Patches =
    [
        ($"{Default}/pods/p", """{"metadata":{"labels":{"x":"y"},"resourceVersion":""},"spec":{"containers":[{"name":"p","image":"host"}],"activeDeadlineSeconds":10}}"""),
        ($"{Default}/pods/p/status", """{"status":{"phase":"Running","conditions":[{"type":"x","status":"True"}],"containerStatuses":[{"name":"c","ready":true}]}}"""),
        ("/apis/apps/v1/namespaces/default/deployments/d", """{"metadata":{"labels":{"x":"y"}},"spec":{"replicas":1,"template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"c","image":"i","env":[{"name":"a","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}}}}"""),
        ("/apis/apps/v1/namespaces/default/deployments/d/scale", """{"metadata":{"resourceVersion":""},"spec":{"replicas":1}}"""),
        ("/apis/apps/v1/namespaces/default/deployments/applied", $$$$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"applied","resourceVersion":""},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{{{{{Template}}}}}}}"""),
    ];

    private static readonly string[] Wrong = ["\"x\"", "\"\"", "5", "-1", "1.5", "1000000000000000000000000000000", "true", "null", "[]", "[null]", "[\"x\"]", "[[]]", "[{\"x\":1}]", "{}", "{\"x\":\"y\"}", "{\"x\":null}"];
    private static readonly int[] Documented = [200, 201, 400, 403, 404, 409, 415, 422];

    [Fact]
    public async Task Bodies_WithOneValueOfAnotherType_AreRefusedOrTaken()
    {
        await CreateAsync($"{Default}/limitranges", """{"metadata":{"name":"limits"},"spec":{"limits":[{"type":"Container","default":{"cpu":"1"},"defaultRequest":{"cpu":"100m"},"max":{"cpu":"2"}},{"type":"Pod","max":{"cpu":"9"}},{"type":"PersistentVolumeClaim","max":{"storage":"5Gi"}}]}}""");
        await CreateAsync($"{Default}/resourcequotas", """{"metadata":{"name":"quota"},"spec":{"hard":{"pods":"10","requests.cpu":"10","services":"5","requests.storage":"100Gi"}}}""");
        await CreateAsync($"{Default}/pods", """{"metadata":{"name":"p"},"spec":{"schedulerName":"none","containers":[{"name":"p","image":"host"}]}}""");
        await CreateAsync("/apis/apps/v1/namespaces/default/deployments", $$$$$"""{"metadata":{"name":"d"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{{{{{Template}}}}}}}""");
        // Who may write all, but not give away what he has not; and an agent.
        await CreateAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", """{"metadata":{"name":"writer"},"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["get","create","update","patch","delete"]}]}""");
        await CreateAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """{"metadata":{"name":"writer"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"writer"}],"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"writer"}}""");
        using var writer = server.Client("writer");
        using var agent = server.Client($"{WellKnown.NodeUserPrefix}n1", WellKnown.NodeGroup);

        var requests = new ConcurrentQueue<(HttpClient Client, string Method, string Path, string Body, string Type)>();
        foreach (var client in new[] { server.Admin, writer, agent })
        {
            foreach (var (method, path, body) in Good)
            {
                var dry = path.EndsWith("binding", StringComparison.Ordinal) || path.Contains("review", StringComparison.Ordinal) ? "" : "?dryRun=All";
                Enqueue(client, method, path + dry, body, "application/json");
            }
            foreach (var (path, body) in Patches)
            {
                Enqueue(client, "PATCH", path + "?dryRun=All", body, "application/merge-patch+json");
                Enqueue(client, "PATCH", path + "?dryRun=All", body, "application/strategic-merge-patch+json");
                Enqueue(client, "PATCH", path + "?dryRun=All&fieldManager=me&force=true", body, "application/apply-patch+yaml");
            }
            foreach (var operation in new[] { "add", "remove", "replace", "move", "copy", "test" })
            {
                Enqueue(client, "PATCH", $"{Default}/pods/p?dryRun=All", $$"""[{"op":"{{operation}}","path":"/metadata/labels/x","from":"/spec","value":"y"}]""", "application/json-patch+json");
            }
        }
        var count = requests.Count;
        var wrong = new ConcurrentQueue<string>();
        var codes = new ConcurrentDictionary<int, int>();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            while (requests.TryDequeue(out var request))
            {
                var (code, answer) = await TestServer.SendAsync(request.Client, new(request.Method), request.Path, request.Body, request.Type);
                codes.AddOrUpdate((int)code, 1, static (_, seen) => seen + 1);
                if (!Documented.Contains((int)code) || ((int)code >= 400 && string.IsNullOrEmpty((string?)answer["message"])))
                {
                    wrong.Enqueue($"{(int)code} for {request.Method} {request.Path} {request.Type} {request.Body}: {answer.ToJsonString()}");
                }
            }
        }, TestContext.Current.CancellationToken)));
        Assert.True(wrong.IsEmpty, $"{wrong.Count} of {count} wrong:\n{string.Join('\n', wrong.Take(20))}");
        Assert.True(count > 50_000 && codes.GetValueOrDefault(400) > 10_000 && codes.GetValueOrDefault(201) > 500, $"{count}: {string.Join(", ", codes)}");
        // No body that was not understood has deleted anything.
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Get, $"{Default}/pods/p")).Code);

        void Enqueue(HttpClient client, string method, string path, string good, string type)
        {
            var places = new List<string[]>();
            Walk(JsonNode.Parse(good), [], places);
            foreach (var place in places)
            {
                foreach (var value in Wrong)
                {
                    requests.Enqueue((client, method, path, With(JsonNode.Parse(good), place, JsonNode.Parse(value))?.ToJsonString() ?? "null", type));
                }
            }
        }
    }

    /// <summary>Every place in a tree, the whole of it first.</summary>
    private static void Walk(JsonNode? node, string[] at, List<string[]> places)
    {
        places.Add(at);
        var children = node switch
        {
            JsonObject item => item.Select(field => (field.Key, field.Value)),
            JsonArray list => list.Select((value, index) => (index.ToString(CultureInfo.InvariantCulture), value)),
            _ => [],
        };
        foreach (var (name, child) in children)
        {
            Walk(child, [.. at, name], places);
        }
    }

    private static JsonNode? With(JsonNode? root, string[] place, JsonNode? value)
    {
        if (place.Length == 0)
        {
            return value;
        }
        var parent = place[..^1].Aggregate(root, static (node, name) => node is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)] : node![name]); // The walk has been there.
        if (parent is JsonArray items)
        {
            items[int.Parse(place[^1], CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            parent![place[^1]] = value; // As above.
        }
        return root;
    }

    private async Task CreateAsync(string path, string body)
    {
        var (code, answer) = await server.SendAsync(HttpMethod.Post, path, body);
        Assert.True(code == HttpStatusCode.Created, answer.ToJsonString());
    }
}
