using System.Text.Json;
using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Networking.Checks;
using Orchestrator.Agent.Networking.Dns;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model.Network;

namespace Orchestrator.Agent.Tunnel;

/// <summary><c>POST /network[/{namespace}/{pod}]</c>: names and connections as this node, or one of its pods, has them.</summary>
internal sealed class NetworkEndpoint(PodLookup lookup, ServiceNetwork network, ConnectionCheck connections, TimeProvider time)
{
    private const int AtOnce = 32;

    /// <summary>As the node has it: names as a pod of the namespace would find them here.</summary>
    public Task HandleAsync(HttpContext context) => EndpointException.GuardAsync(context, async () =>
    {
        var probe = await ReadAsync(context);
        var settings = network.Dns?.Address is { } address
            ? PodResolver.Of(new() { Containers = [] }, probe.Namespace ?? "default", address.ToString(), network.Dns.Domain, HostResolvers.Searches())
            : null;
        await AnswerAsync(context, probe, new(PodNetworkView.OpenHere, ""), settings);
    });

    public Task HandleAsync(HttpContext context, string @namespace, string pod) => EndpointException.GuardAsync(context, async () =>
    {
        var probe = await ReadAsync(context);
        var (found, runtime) = lookup.Pod(@namespace, pod);
        PodNetworkView view;
        try
        {
            view = runtime.ViewNetwork(found.Metadata.Uid);
        }
        catch (RuntimeException e)
        {
            throw new EndpointException(StatusCodes.Status400BadRequest, $"pod \"{@namespace}/{pod}\": {e.Message}");
        }
        await AnswerAsync(context, probe, view, ResolverFile.Read(view.ResolverFile));
    });

    private string WhyNoNames => network.Dns is { } dns ? $"this node serves no DNS: {dns.Fault ?? "it has no address range yet"}" : "this node serves no DNS (--dns none)";

    /// <param name="settings">Null where no names are served.</param>
    private async Task AnswerAsync(HttpContext context, NetworkProbe probe, PodNetworkView view, ResolverSettings? settings)
    {
        var resolver = settings is null ? null : new StubResolver(settings, new(view.Open), time);
        using var turns = new SemaphoreSlim(AtOnce);
        NetworkReport report;
        try
        {
            var lookups = (probe.Lookups ?? []).Select(question => InTurnAsync(() =>
                resolver?.ResolveAsync(question, context.RequestAborted) ?? Task.FromResult(StubResolver.Unanswered(question, question.Name, WhyNoNames)))).ToArray();
            var reached = (probe.Connections ?? []).Select(target => InTurnAsync(() => connections.RunAsync(target, view.Open, context.RequestAborted))).ToArray();
            // All of them end before the first failure is told: each holds a turn.
            await Task.WhenAll([.. lookups, .. reached]);
            report = new([.. lookups.Select(one => one.Result)], [.. reached.Select(one => one.Result)]);
        }
        catch (RuntimeException e)
        {
            throw new EndpointException(StatusCodes.Status400BadRequest, e.Message);
        }
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, report, NetworkJson.Default.NetworkReport, context.RequestAborted);

        async Task<T> InTurnAsync<T>(Func<Task<T>> work)
        {
            await turns.WaitAsync(context.RequestAborted);
            try
            {
                return await work();
            }
            finally
            {
                turns.Release();
            }
        }
    }

    private static async Task<NetworkProbe> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, NetworkJson.Default.NetworkProbe, context.RequestAborted)
                ?? throw new EndpointException(StatusCodes.Status400BadRequest, "the body is no network probe");
        }
        catch (JsonException e)
        {
            throw new EndpointException(StatusCodes.Status400BadRequest, $"the body is no network probe: {e.Message}");
        }
    }
}
