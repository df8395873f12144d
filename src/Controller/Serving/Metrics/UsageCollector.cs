using System.Text.Json;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Controller.Serving.Metrics;

/// <summary>Asks agents what their nodes use, all at once.</summary>
internal sealed class UsageCollector(TunnelRegistry tunnels, TimeProvider time, ILogger<UsageCollector> log)
{
    /// <summary>Who is slower is left out of the answer: one sick node must not hide the others.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <returns>By node name; nodes that are not connected, or did not answer, are missing.</returns>
    public async Task<IReadOnlyDictionary<string, UsageReport>> CollectAsync(IEnumerable<string> nodes, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var answers = await Task.WhenAll(nodes.Select(async node => (Node: node, Report: await AskAsync(node, either.Token).ConfigureAwait(false)))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return answers.Where(answer => answer.Report is not null).ToDictionary(answer => answer.Node, answer => answer.Report!, StringComparer.Ordinal); // Just filtered.
    }

    private async Task<UsageReport?> AskAsync(string node, CancellationToken cancellationToken)
    {
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, UsageReport.Path);
            using var answer = await (tunnels.Find(node) ?? throw new IOException("its agent is not connected")).SendAsync(message, cancellationToken).ConfigureAwait(false);
            answer.EnsureSuccessStatusCode();
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(body, UsageJson.Default.UsageReport, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is ApiException or HttpRequestException or IOException or JsonException or OperationCanceledException or ObjectDisposedException)
        {
            log.UsageMissing(node, problem.Message);
            return null;
        }
    }
}
