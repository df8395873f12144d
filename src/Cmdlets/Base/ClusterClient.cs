using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>The API's verbs on any kind, as JSON trees, over the official client's connection (its TLS and credentials).</summary>
internal sealed partial class ClusterClient : IDisposable
{
    /// <summary>Objects per page of a list: big enough to be quick, small enough to be streamed.</summary>
    private const int PageSize = 500;

    private readonly Kubernetes _api;

    public ClusterClient(ClusterContext context, KubernetesClientConfiguration configuration)
    {
        Context = context;
        _api = new Kubernetes(configuration);
    }

    public ClusterContext Context { get; }

    public Task<JsonObject> GetAsync(ResourceKind kind, string? @namespace, string name, CancellationToken cancellationToken, string? subresource = null) =>
        SendAsync(HttpMethod.Get, Path(kind, @namespace, name, subresource), kind, null, cancellationToken);

    /// <summary>The object, or null when there is none.</summary>
    public async Task<JsonObject?> FindAsync(ResourceKind kind, string? @namespace, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(kind, @namespace, name, cancellationToken);
        }
        catch (ClusterRequestException missing) when (missing.Code == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>One page of a list; null <paramref name="namespace"/> means all of them.</summary>
    public Task<JsonObject> ListPageAsync(ResourceKind kind, string? @namespace, ListQuery query, string? continuation, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Get,
            Path(kind, @namespace, null) + query.ToQueryString(("limit", $"{PageSize}"), ("continue", continuation)),
            kind, null, cancellationToken);

    public async IAsyncEnumerable<JsonObject> ListAsync(
        ResourceKind kind, string? @namespace, ListQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            var page = await ListPageAsync(kind, @namespace, query, continuation, cancellationToken);
            foreach (var item in (page["items"] as JsonArray ?? []).OfType<JsonObject>())
            {
                yield return Named(item, kind);
            }

            continuation = (string?)page["metadata"]?["continue"];
        }
        while (!string.IsNullOrEmpty(continuation));
    }

    public Task<JsonObject> CreateAsync(ResourceKind kind, string? @namespace, JsonObject body, WriteMode mode, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, Path(kind, @namespace, null) + mode.ToQueryString(), kind, Json(body, "application/json"), cancellationToken);

    /// <summary>Posts to a subresource of an object, such as <c>eviction</c>.</summary>
    public Task<JsonObject> PostAsync(
        ResourceKind kind, string? @namespace, string name, string subresource, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, Path(kind, @namespace, name, subresource), kind, Json(body, "application/json"), cancellationToken);

    public Task<JsonObject> PatchAsync(
        ResourceKind kind, string? @namespace, string name, JsonNode patch, PatchType type, WriteMode mode, CancellationToken cancellationToken, string? subresource = null) =>
        SendAsync(
            HttpMethod.Patch, Path(kind, @namespace, name, subresource) + mode.ToQueryString(), kind, Json(patch, type.MediaType), cancellationToken);

    public Task<JsonObject> DeleteAsync(
        ResourceKind kind, string? @namespace, string name, JsonObject options, WriteMode mode, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, Path(kind, @namespace, name) + mode.ToQueryString(), kind, Json(options, "application/json"), cancellationToken);

    /// <summary>A path that answers JSON: discovery, <c>/version</c>.</summary>
    public Task<JsonObject> GetPathAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, null, cancellationToken);

    /// <summary>What a path that is no object's answers, as it comes.</summary>
    public async Task<Stream> OpenPathAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        var response = await RequestAsync(method, path, null, null, cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>A response that is read while it comes: logs and watches.</summary>
    public async Task<Stream> OpenStreamAsync(string path, ResourceKind kind, CancellationToken cancellationToken)
    {
        var response = await RequestAsync(HttpMethod.Get, path, kind, null, cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    public static string Path(ResourceKind kind, string? @namespace, string? name, string? subresource = null)
    {
        var path = new StringBuilder(kind.Group.Length == 0 ? $"api/{kind.Version}" : $"apis/{kind.Group}/{kind.Version}");
        if (kind.Namespaced && !string.IsNullOrEmpty(@namespace))
        {
            path.Append("/namespaces/").Append(Uri.EscapeDataString(@namespace));
        }

        path.Append('/').Append(kind.Plural);
        foreach (var part in new[] { name, subresource }.OfType<string>())
        {
            path.Append('/').Append(Uri.EscapeDataString(part));
        }

        return path.ToString();
    }

    public void Dispose() => _api.Dispose();

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, ResourceKind? kind, HttpContent? content, CancellationToken cancellationToken)
    {
        using var response = await RequestAsync(method, path, kind, content, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var tree = await JsonNode.ParseAsync(stream, cancellationToken: cancellationToken) as JsonObject
            ?? throw new ClusterRequestException(response.StatusCode, "UnexpectedAnswer", "The server's answer is not a JSON object.", kind?.Kind, []);
        return kind is null ? tree : Named(tree, kind);
    }

    private async Task<HttpResponseMessage> RequestAsync(
        HttpMethod method, string path, ResourceKind? kind, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_api.BaseUri, path))
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Orchestrator.Cmdlets", "0.1"));
        if (_api.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        var response = await _api.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw ClusterRequestException.From(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken), kind?.Kind);
        }
    }

    /// <summary>Items of a list come without them; an object alone always says what it is.</summary>
    private static JsonObject Named(JsonObject item, ResourceKind kind)
    {
        if (item["kind"] is null)
        {
            item["apiVersion"] = kind.ApiVersion;
            item["kind"] = kind.Kind;
        }

        return item;
    }

    private static StringContent Json(JsonNode body, string mediaType) =>
        new(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(mediaType));
}
