using System.Globalization;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Prometheus;

namespace Orchestrator.Controller.Serving.Telemetry;

/// <summary>Figures for Prometheus at <c>/metrics</c>, under Kubernetes' names where the meaning is the same. Source: Kubernetes Metrics Reference 1.32.</summary>
internal sealed class ServerMetrics
{
    private static readonly double[] s_seconds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10, 30, 60];
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly Counter _requests;
    private readonly Histogram _durations;
    private readonly Gauge _inFlight;
    private readonly Gauge _longRunning;
    private readonly Counter _rejected;

    public ServerMetrics(ObjectCache cache, IObjectStore store, TunnelRegistry tunnels)
    {
        var make = Prometheus.Metrics.WithCustomRegistry(_registry);
        _requests = make.CreateCounter("apiserver_request_total", "Requests answered.", "verb", "group", "version", "resource", "subresource", "scope", "code");
        _durations = make.CreateHistogram("apiserver_request_duration_seconds", "Time from a request to its answer, but for those that go on for long.",
            new HistogramConfiguration { LabelNames = ["verb", "group", "version", "resource", "subresource", "scope"], Buckets = s_seconds });
        _inFlight = make.CreateGauge("apiserver_current_inflight_requests", "Requests that are being answered now.", "request_kind");
        _longRunning = make.CreateGauge("apiserver_longrunning_requests", "Watches and streams that are open now.", "verb", "resource");
        _rejected = make.CreateCounter("apiserver_flowcontrol_rejected_requests_total", "Requests refused because their sender had too many waiting.", "reason");
        var objects = make.CreateGauge("apiserver_storage_objects", "Objects stored, by kind.", "resource");
        var revision = make.CreateGauge("orchestrator_store_revision", "Revision of the last durable write.");
        var compacted = make.CreateGauge("orchestrator_store_compacted_revision", "Changes up to this revision can't be replayed.");
        var agents = make.CreateGauge("orchestrator_agents_connected", "Agents whose tunnel is open.");
        DotNetStats.Register(_registry);
        _registry.AddBeforeCollectCallback(() =>
        {
            foreach (var kind in Catalog.All)
            {
                objects.WithLabels(kind.GroupResource).Set(cache.Count(kind.GroupResource));
            }
            revision.Set(store.Revision);
            compacted.Set(store.CompactedRevision);
            agents.Set(tunnels.Count);
        });
    }

    /// <summary>Counts a request until the answer is given.</summary>
    public IDisposable Begin(bool isLong, string verb, string resource)
    {
        var gauge = isLong ? _longRunning.WithLabels(verb.ToUpperInvariant(), resource) : _inFlight.WithLabels(verb is "get" or "list" ? "readOnly" : "mutating");
        return gauge.TrackInProgress();
    }

    public void Ended(ApiRequest? request, bool isLong, int code, TimeSpan took)
    {
        var (verb, kind) = (request?.Verb.ToUpperInvariant() ?? "", request?.Served);
        var scope = request is null ? "" : request.Name is not null ? "resource" : request.Namespace is not null ? "namespace" : "cluster";
        var (group, version, resource, sub) = (kind?.Group ?? "", kind?.Version ?? "", kind?.Plural ?? "", request?.Subresource ?? "");
        _requests.WithLabels(verb, group, version, resource, sub, scope, code.ToString(CultureInfo.InvariantCulture)).Inc();
        if (!isLong)
        {
            _durations.WithLabels(verb, group, version, resource, sub, scope).Observe(took.TotalSeconds);
        }
    }

    public void Rejected() => _rejected.WithLabels("queue-full").Inc();

    public async Task WriteAsync(HttpContext http)
    {
        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await using var body = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(body, http.RequestAborted).ConfigureAwait(false);
        await http.Response.BodyWriter.WriteAsync(body.ToArray(), http.RequestAborted).ConfigureAwait(false);
    }
}
