using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Controller.Serving.Metrics;

/// <summary>Asks agents what their nodes use, all at once.</summary>
internal sealed class UsageCollector(TunnelRegistry tunnels, TimeProvider time, ILogger<UsageCollector> log)
{
    /// <summary>Who is slower is left out of the answer: one sick node must not hide the others.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Folders are counted file by file.</summary>
    private static readonly TimeSpan VolumePatience = TimeSpan.FromSeconds(10);

    /// <returns>By node name; nodes that are not connected, or did not answer, are missing.</returns>
    public async Task<IReadOnlyDictionary<string, UsageReport>> CollectAsync(IEnumerable<string> nodes, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var answers = await Task.WhenAll(nodes.Select(async node => (Node: node, Report: await AskAsync(node, either.Token).ConfigureAwait(false)))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return answers.Where(answer => answer.Report is not null).ToDictionary(answer => answer.Node, answer => answer.Report!, StringComparer.Ordinal); // Just filtered.
    }

    /// <returns>As above, of volumes.</returns>
    public async Task<IReadOnlyDictionary<string, VolumeUsageReport[]>> CollectVolumesAsync(IEnumerable<string> nodes, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(VolumePatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var answers = await Task.WhenAll(nodes.Select(async node =>
            (Node: node, Report: await AskAsync(node, VolumeUsageReport.Path, UsageJson.Default.VolumeUsageReportArray, either.Token).ConfigureAwait(false)))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return answers.Where(answer => answer.Report is not null).ToDictionary(answer => answer.Node, answer => answer.Report!, StringComparer.Ordinal); // Just filtered.
    }

    private Task<UsageReport?> AskAsync(string node, CancellationToken cancellationToken) => AskAsync(node, UsageReport.Path, UsageJson.Default.UsageReport, cancellationToken);

    private async Task<T?> AskAsync<T>(string node, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, path);
            using var answer = await (tunnels.Find(node) ?? throw new IOException("its agent is not connected")).SendAsync(message, cancellationToken).ConfigureAwait(false);
            answer.EnsureSuccessStatusCode();
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is ApiException or HttpRequestException or IOException or JsonException or OperationCanceledException or ObjectDisposedException)
        {
            log.UsageMissing(node, problem.Message);
            return null;
        }
    }
}
