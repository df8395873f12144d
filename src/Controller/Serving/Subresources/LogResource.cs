using System.IO.Pipelines;
using k8s.Models;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Subresources;

/// <summary><c>pods/log</c>: fetched from the pod's agent through its tunnel, and streamed as it comes.</summary>
internal static class LogResource
{
    private static readonly string[] PassedOn = ["follow", "tailLines", "sinceSeconds", "sinceTime", "timestamps", "limitBytes", "previous"];

    public static async Task HandleAsync(ApiContext context, TunnelRegistry tunnels)
    {
        var (http, request) = (context.Http, context.Request);
        if (request.Verb != "get")
        {
            throw ApiException.MethodNotAllowed();
        }
        var pod = PodAgent.PodOf(context);
        var container = PodAgent.Container(pod, QueryOptions.Text(http, "container"));
        foreach (var number in new[] { "tailLines", "sinceSeconds", "limitBytes" })
        {
            _ = QueryOptions.Number(http, number);
        }
        var agent = await PodAgent.FindAsync(pod, tunnels, context.Aborted).ConfigureAwait(false);
        var query = string.Join('&', PassedOn.Where(name => http.Request.Query.ContainsKey(name) && (name != "follow" || http.Request.Method == HttpMethods.Get))
            .Select(name => $"{name}={Uri.EscapeDataString(QueryOptions.Text(http, name) ?? "")}"));
        var path = $"{agent.Path("containerLogs", container)}?{query}";
        var tunnel = agent.Tunnel;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.Aborted, tunnel.Closed,
            http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, path);
            using var answer = await tunnel.SendAsync(message, ending.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                throw ApiException.BadRequest(await answer.Content.ReadAsStringAsync(ending.Token).ConfigureAwait(false));
            }
            http.Response.StatusCode = StatusCodes.Status200OK;
            http.Response.ContentType = "text/plain";
            await http.Response.BodyWriter.FlushAsync(ending.Token).ConfigureAwait(false);
            await using var body = await answer.Content.ReadAsStreamAsync(ending.Token).ConfigureAwait(false);
            await CopyAsync(body, http.Response.BodyWriter, ending.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException && !context.Aborted.IsCancellationRequested)
        {
            throw agent.Broken();
        }
    }

    private static async Task CopyAsync(Stream from, PipeWriter to, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await from.ReadAsync(to.GetMemory(), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }
            to.Advance(read);
            await to.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
