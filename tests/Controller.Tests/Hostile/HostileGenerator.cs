using System.Text;

namespace Orchestrator.Controller.Tests.Hostile;

/// <summary>Requests that nobody means well with, made from good ones by a numbered chance: the same seed makes the same requests.</summary>
public sealed class HostileGenerator(int seed)
{
    private static readonly string[] Collections =
    [
        "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/pods", "/api/v1/namespaces/default/services", "/api/v1/namespaces/default/secrets",
        "/apis/apps/v1/namespaces/default/deployments", "/apis/apps/v1/namespaces/default/statefulsets", "/apis/apps/v1/namespaces/default/daemonsets", "/apis/batch/v1/namespaces/default/jobs",
        "/apis/batch/v1/namespaces/default/cronjobs", "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", "/apis/certificates.k8s.io/v1/certificatesigningrequests", "/apis/coordination.k8s.io/v1/namespaces/default/leases",
        "/api/v1/namespaces/default/resourcequotas", "/api/v1/namespaces/default/limitranges", "/api/v1/namespaces/default/events", "/api/v1/nodes", "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "/apis/authentication.k8s.io/v1/tokenreviews", "/apis/hostile.example.com/v1/namespaces/default/hostiles",
        "/apis/scheduling.orchestrator.dev/v1alpha1/namespaces/default/placementreviews", "/api/v1/namespaces/default/serviceaccounts/default/token", "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers",
    ];

    private static readonly string[] Seeds =
    [
        """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"hostile","labels":{"a":"b"}},"data":{"k":"v"}}""",
        """{"metadata":{"name":"hostile"},"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],"env":[{"name":"A","value":"B"}],"resources":{"requests":{"cpu":"100m"}},"livenessProbe":{"httpGet":{"port":80,"path":"/"}}}],"volumes":[{"name":"v","emptyDir":{}}],"nodeSelector":{"a":"b"}}}""",
        """{"metadata":{"name":"hostile"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}},"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":1}}}}""",
        """{"metadata":{"name":"hostile"},"spec":{"type":"NodePort","selector":{"a":"b"},"ports":[{"name":"web","port":80,"targetPort":"web","nodePort":30001,"protocol":"TCP"}]}}""",
        """{"metadata":{"name":"hostile"},"spec":{"schedule":"* * * * *","timeZone":"Etc/UTC","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}}}""",
        """{"metadata":{"name":"hostile"},"spec":{"completions":2,"completionMode":"Indexed","backoffLimitPerIndex":1,"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[1]}}]},"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}""",
        """{"metadata":{"name":"hostile"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"x"},"minReplicas":1,"maxReplicas":3,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}]}}""",
        """{"metadata":{"name":"hostiles.hostile.example.com"},"spec":{"group":"hostile.example.com","scope":"Namespaced","names":{"plural":"hostiles","kind":"Hostile"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}""",
        """{"metadata":{"name":"hostile"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}],"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"kind":"User","name":"x"}]}""",
        """{"metadata":{"name":"hostile"},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true}}],"ports":[{"name":"a","port":80}]}""",
        """{"metadata":{"name":"hostile"},"spec":{"hard":{"pods":"1"},"limits":[{"type":"Container","max":{"cpu":"1"}}],"rules":[{"http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"s","port":{"number":80}}}}]}}],"resourceAttributes":{"verb":"get","resource":"pods"},"token":"a.b.c","expirationSeconds":3600,"audiences":["x"]}}""",
        """{"spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1"}}}],"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"a":"b"}}}]}}}}}}""",
        """[{"op":"add","path":"/metadata/labels/x","value":"y"},{"op":"test","path":"/metadata/name","value":"hostile"}]""",
    ];

    private static readonly string[] Scalars =
    [
        "null", "true", "-1", "0", "1e400", "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "0.1", "1e-400", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"../../etc/passwd\"", "{}", "[]",
        "[[[[[[]]]]]]", "{\"$patch\":\"delete\"}", "{\"$patch\":\"nonsense\"}", "\"1Gi\"", "\"-1Gi\"", "\"1e99\"", "\"0x10\"", "\"999999999999999999999999999999Ei\"", "\"2026-13-45T99:99:99Z\"", "\"%s%n\"", "\"a\\nb\"",
    ];

    private static readonly string[] Names =
    [
        "..", ".", "%2e%2e", "a%2fb", "a%00b", "%ff%fe", "A_B", "-x", "x-", "UPPER", "a..b", "名前", "%F0%9F%92%A9", "a%20b", "a;b", "a?b", "a%23b", "hostile", "",
    ];

    private static readonly string[] Queries =
    [
        "labelSelector=a in (", "labelSelector=%00", "labelSelector=a==b==c", "labelSelector=!!a", "fieldSelector=metadata.name!==x", "fieldSelector=spec.nodeName=", "fieldSelector=a%3Db%2Cc", "limit=-1", "limit=99999999999999999999",
        "limit=x", "continue=%25%25", "continue=AAAA", "continue=WzEsMiwzXQ", "continue=WyJhIiwiYiJd", "resourceVersion=-1", "resourceVersion=999999999999", "resourceVersion=x&watch=1", "resourceVersionMatch=Exact", "resourceVersionMatch=Odd&resourceVersion=1",
        "dryRun=Some", "fieldValidation=Sometimes", "fieldManager=%0a", "propagationPolicy=Up", "gracePeriodSeconds=-5", "gracePeriodSeconds=x", "sendInitialEvents=true", "timeoutSeconds=0&watch=1&timeoutSeconds=1", "watch=maybe",
        "watch=1&timeoutSeconds=1&resourceVersion=1", "watch=1&timeoutSeconds=1&labelSelector=(", "force=true", "force=x&fieldManager=y", "pretty=true", "a=b=c=d&&&=", "%ZZ=1",
    ];

    private static readonly string[] Types =
    [
        "application/json", "application/json; charset=utf-16", "application/yaml", "application/merge-patch+json", "application/json-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml",
        "application/vnd.kubernetes.protobuf", "text/plain", "application/xml", ";;;", "application/json;;=", "multipart/form-data; boundary=x",
    ];

    private static readonly string[] Accepts =
    [
        "text/html", "application/json;as=Table;v=v9;g=meta.k8s.io", "application/json;as=Nonsense;v=v1", "application/vnd.kubernetes.protobuf", ";;", "*/*;q=0", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", "application/json;as=Table;v=v1;g=meta.k8s.io",
    ];

    private static readonly string[] Subresources = ["status", "scale", "binding", "eviction", "log", "exec", "attach", "portforward", "proxy", "token", "approval", "finalize", "nonesuch", "status/more", "proxy/../../x", "tunnel"];

    private readonly Random _chance = new(seed);

    public HostileRequest Next()
    {
        var method = Pick("GET", "POST", "POST", "POST", "PUT", "PUT", "PATCH", "PATCH", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW");
        var target = Target(method);
        var headers = new List<(string, string)>();
        if (One(4))
        {
            headers.Add(("Accept", Pick(Accepts)));
        }
        if (One(40))
        {
            headers.Add(("Impersonate-User", Pick("", "a", "system:serviceaccount:x", "a:b", new string('u', 3000))));
        }
        if (One(60))
        {
            headers.Add(("Authorization", Pick("Bearer ", "Bearer a.b.c", "Basic eDp5", "Bearer " + new string('x', 8000), "Nonsense")));
        }
        if (One(300))
        {
            headers.Add(("X-Large", new string('h', _chance.Next(1_000, 90_000))));
        }
        return method is "GET" or "HEAD" or "OPTIONS" or "TRACE" ? new(method, target, null, null, headers)
            : new(method, target, Body(), One(4) ? Pick(Types) : Natural(method), headers);
    }

    private string Target(string method)
    {
        var path = new StringBuilder(Pick(Collections));
        if (One(12))
        {
            path.Clear().Append(Pick("/", "//", "/api", "/api/v9/pods", "/apis/nonesuch/v1/x", "/api/v1/namespaces/%2e%2e/pods", "/api/v1/namespaces/default/pods/x/y/z/q", "/openapi/v3/../../x", "/apis/apps/v1/namespaces//deployments",
                "/api/v1/namespaces/" + new string('n', 300) + "/pods", "/metrics/x", "/api/v1/nodes/x/proxy/y", "/apis/metrics.k8s.io/v1beta1/pods/x/y", "/healthz/..", "/version/x"));
        }
        else if (method is not "POST" || One(8))
        {
            path.Append('/').Append(One(2) ? "hostile" : Pick(Names));
            if (One(3))
            {
                path.Append('/').Append(Pick(Subresources));
            }
        }
        if (One(3))
        {
            path.Append('?').Append(Uri.EscapeDataString(Pick(Queries)).Replace("%3D", "=", StringComparison.Ordinal).Replace("%26", "&", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal));
        }
        if (One(500))
        {
            path.Append(path.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?').Append("x=").Append('q', _chance.Next(10_000, 30_000));
        }
        return path.ToString();
    }

    private static string Natural(string method) => method == "PATCH" ? "application/strategic-merge-patch+json" : "application/json";

    private byte[] Body()
    {
        var seedText = Pick(Seeds);
        switch (_chance.Next(12))
        {
            case 0:
                return Encoding.UTF8.GetBytes(seedText[.._chance.Next(seedText.Length)]);
            case 1:
                var bytes = Encoding.UTF8.GetBytes(seedText);
                for (var i = _chance.Next(1, 6); i > 0; i--)
                {
                    bytes[_chance.Next(bytes.Length)] = (byte)_chance.Next(256);
                }
                return bytes;
            case 2:
                var deep = _chance.Next(2) == 0 ? 200 : 20_000;
                return Encoding.UTF8.GetBytes(Pick("[", "{\"a\":", "{\"metadata\":{\"name\":\"x\"},\"spec\":[").PadRight(20) + string.Concat(Enumerable.Repeat(Pick("[", "{\"a\":"), deep)));
            case 3:
                return Encoding.UTF8.GetBytes("{\"metadata\":{\"name\":\"" + Pick("a/b", "..", "A", "名", "x\\u0000", new string('n', 300), "a b", "-") + "\",\"labels\":{\"" + Pick("a b", "/", new string('k', 400), "") + "\":\"" + Pick("ok", "a b", new string('v', 100)) + "\"}}}");
            case 4:
                return Encoding.UTF8.GetBytes("a: &a [x]\nb: *a\nc: {<<: *a}\nmetadata:\n  name: " + Pick("!!binary x", "|\n  x", "*undefined", "'", "? [a]"));
            case 5:
                return One(40) ? new byte[_chance.Next(3, 5) * 1024 * 1024] : [];
            case 6:
                return Encoding.UTF8.GetBytes(seedText.Replace("\"metadata\":", "\"metadata\":{\"name\":\"dup\"},\"metadata\":", StringComparison.Ordinal));
            default:
                return Encoding.UTF8.GetBytes(Swap(seedText));
        }
    }

    /// <summary>Puts something else in the place of some values.</summary>
    private string Swap(string json)
    {
        for (var i = _chance.Next(1, 4); i > 0; i--)
        {
            var colon = json.IndexOf(':', _chance.Next(json.Length));
            if (colon < 0 || colon + 2 >= json.Length)
            {
                continue;
            }
            var end = json.IndexOfAny([',', '}', ']'], colon + 2);
            if (end > 0 && json[colon + 1] is not ('{' or '['))
            {
                json = json[..(colon + 1)] + Pick(Scalars) + json[end..];
            }
            else if (end > 0 && One(2))
            {
                json = json[..(colon + 1)] + Pick(Scalars) + "," + "\"z\":" + json[(colon + 1)..];
            }
        }
        return json;
    }

    private bool One(int of) => _chance.Next(of) == 0;

    private string Pick(params string[] items) => items[_chance.Next(items.Length)];
}
