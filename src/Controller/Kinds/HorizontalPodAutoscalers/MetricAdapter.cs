using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Orchestrator.Controller.Hosting;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>
/// A server of <c>custom.metrics.k8s.io</c> and <c>external.metrics.k8s.io</c>, as there are for most monitoring systems. docs/workloads.md says what it
/// is asked for and what it has to answer.
/// </summary>
/// <param name="http">With the server's address, without the group's path.</param>
/// <param name="tokenFile">Read at each question, so that a token may be replaced; null for none.</param>
/// <param name="time">Of the limit for an answer.</param>
internal sealed class MetricAdapter(HttpClient http, string? tokenFile, TimeProvider time) : IMetricAdapter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The server's name may come to mean another address.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    private static readonly string[] s_customVersions = ["v1beta2", "v1beta1"];

    public static IMetricAdapter Make(ControllerOptions options, TimeProvider time)
    {
        if (options.MetricsAdapter is not { } address)
        {
            return new NoMetricAdapter();
        }
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = ConnectionLifetime };
        if (options.MetricsAdapterCa is { } ca)
        {
            var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.ImportFromPemFile(ca);
            handler.SslOptions.CertificateChainPolicy = trust;
        }
        return new MetricAdapter(new(handler) { BaseAddress = address }, options.MetricsAdapterTokenFile, time);
    }

    public async Task<IReadOnlyDictionary<string, double>> ReadPodsAsync(
        string @namespace, LabelSelector pods, string metric, LabelSelector series, CancellationToken cancellationToken)
    {
        var items = await CustomAsync($"namespaces/{Escape(@namespace)}/pods/*/{Escape(metric)}?labelSelector={Escape(pods.ToString())}{Series("metricLabelSelector", series)}", cancellationToken).ConfigureAwait(false);
        return items.GroupBy(item => item.GetProperty("describedObject").GetProperty("name").GetString() ?? "").ToDictionary(group => group.Key, group => group.Sum(Value));
    }

    public async Task<double> ReadObjectAsync(string @namespace, string groupResource, string name, string metric, LabelSelector series, CancellationToken cancellationToken)
    {
        var path = groupResource == "namespaces" ? $"namespaces/{Escape(name)}/metrics" : $"namespaces/{Escape(@namespace)}/{Escape(groupResource)}/{Escape(name)}";
        var items = await CustomAsync($"{path}/{Escape(metric)}{Series("metricLabelSelector", series, first: true)}", cancellationToken).ConfigureAwait(false);
        return items.Count == 1 ? Value(items[0]) : throw new MetricException($"the custom metrics API told {items.Count} values where one was asked for");
    }

    public async Task<double> ReadExternalAsync(string @namespace, string metric, LabelSelector series, CancellationToken cancellationToken)
    {
        var path = $"apis/external.metrics.k8s.io/v1beta1/namespaces/{Escape(@namespace)}/{Escape(metric)}{Series("labelSelector", series, first: true)}";
        var items = await AskAsync(path, "external", cancellationToken).ConfigureAwait(false) ?? throw new MetricException("the external metrics API does not know it");
        return items.Count > 0 ? items.Sum(Value) : throw new MetricException("no metrics returned from external metrics API");
    }

    private async Task<IReadOnlyList<JsonElement>> CustomAsync(string path, CancellationToken cancellationToken)
    {
        foreach (var version in s_customVersions)
        {
            if (await AskAsync($"apis/custom.metrics.k8s.io/{version}/{path}", "custom", cancellationToken).ConfigureAwait(false) is { } items)
            {
                return items;
            }
        }
        throw new MetricException("the custom metrics API does not know it");
    }

    /// <returns>Null when there is no such thing there.</returns>
    private async Task<IReadOnlyList<JsonElement>?> AskAsync(string path, string api, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, path);
            if (tokenFile is not null)
            {
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(tokenFile, either.Token).ConfigureAwait(false)).Trim());
            }
            using var answer = await http.SendAsync(message, either.Token).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
            if (!answer.IsSuccessStatusCode)
            {
                throw new MetricException($"unable to fetch metrics from {api} metrics API: it answers {(int)answer.StatusCode}");
            }
            using var document = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false), cancellationToken: either.Token).ConfigureAwait(false);
            return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(item => item.Clone())];
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested
            && problem is HttpRequestException or IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or OperationCanceledException)
        {
            throw new MetricException($"unable to fetch metrics from {api} metrics API: {(limit.IsCancellationRequested ? $"no answer within {Patience.TotalSeconds} s" : problem.Message)}");
        }
    }

    private static double Value(JsonElement item) =>
        item.TryGetProperty("value", out var value) && Quantity.TryParse(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText(), out var quantity)
            ? quantity.ToMilliCeiling()
            : throw new MetricException("the metrics API told no value");

    private static string Series(string name, LabelSelector series, bool first = false) => series.IsEmpty ? "" : $"{(first ? '?' : '&')}{name}={Escape(series.ToString())}";

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
