using System.Net;
using System.Text;
using k8s;
using k8s.Models;

namespace Orchestrator.Agent.Tests.Nodes;

/// <summary>What an API server does with one node and its lease, behind the real client.</summary>
internal sealed class FakeNodeApi : DelegatingHandler
{
    private readonly Lock _lock = new();
    private V1Node? _node;

    public string? Range { get; set; } = "127.64.3.0/24";

    public int Registrations { get; private set; }

    public V1Node? Node
    {
        get
        {
            lock (_lock)
            {
                return _node;
            }
        }
    }

    /// <summary>Called with each status that is written, before it is answered.</summary>
    public Action StatusWritten { get; set; } = () => { };

    public Kubernetes CreateClient() => new(new KubernetesClientConfiguration { Host = "http://node-api.invalid" }, this);

    public void DeleteNode()
    {
        lock (_lock)
        {
            _node = null;
        }
    }

    public void AssignRange(string range)
    {
        lock (_lock)
        {
            Range = range;
            _node?.Spec.PodCIDR = range;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri?.AbsolutePath ?? "";
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var response = Answer(request, path, body);
        // The client reads it when it makes an exception of the answer.
        response.RequestMessage = request;
        return response;
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string path, string body)
    {
        lock (_lock)
        {
            return path.Contains("/leases", StringComparison.Ordinal) ? Answer(HttpStatusCode.OK, body.Length > 0 ? body : "{}")
                : request.Method == HttpMethod.Post ? Create(body)
                : _node is null ? Answer(HttpStatusCode.NotFound, "{}")
                : path.EndsWith("/status", StringComparison.Ordinal) ? PatchStatus(body)
                : Answer(HttpStatusCode.OK, KubernetesJson.Serialize(_node));
        }
    }

    private HttpResponseMessage Create(string body)
    {
        if (_node is not null)
        {
            return Answer(HttpStatusCode.Conflict, "{}");
        }
        Registrations++;
        _node = KubernetesJson.Deserialize<V1Node>(body);
        _node.Spec = new() { PodCIDR = Range };
        return Answer(HttpStatusCode.Created, KubernetesJson.Serialize(_node));
    }

    private HttpResponseMessage PatchStatus(string body)
    {
        _node?.Status = KubernetesJson.Deserialize<V1Node>(body).Status;
        StatusWritten();
        return Answer(HttpStatusCode.OK, KubernetesJson.Serialize(_node));
    }

    private static HttpResponseMessage Answer(HttpStatusCode code, string json) =>
        new(code) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}
