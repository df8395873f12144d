using System.Management.Automation;
using System.Net;
using Orchestrator.Model.Network;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Looks names up as a pod does: with its search domains, at the name server that it has. Without -FromPod, a ready node's name server is asked as a pod
/// of the namespace would. Writes one object a record.
/// </summary>
/// <example><code>Resolve-ClusterName web -FromPod client-0</code></example>
/// <example><code>Resolve-ClusterName _client._tcp.zk -Type SRV | Select-Object Target, Port</code></example>
/// <example><code>Get-ClusterService | Resolve-ClusterName -FromNode n2</code></example>
[Cmdlet(VerbsDiagnostic.Resolve, "ClusterName")]
[OutputType(typeof(ResolvedName))]
public sealed class ResolveClusterNameCommand : NamespacedCmdlet
{
    /// <summary>Names as a program would give them; with a dot at the end they are whole. An IP address is looked up backwards.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [NameCompleter("Service")]
    public string[] Name { get; set; } = [];

    /// <summary>Types of records; without it <c>A</c>, and <c>PTR</c> of IP addresses.</summary>
    [Parameter(Position = 1)]
    [ValidateSet("A", "AAAA", "SRV", "PTR", "CNAME", "TXT", "NS", "MX", "SOA", "ANY")]
    public string[]? Type { get; set; }

    /// <summary>The pod that asks: <c>pod</c> or <c>namespace/pod</c>.</summary>
    [Parameter]
    [NameCompleter("Pod")]
    public string? FromPod { get; set; }

    /// <summary>The node whose name server is asked.</summary>
    [Parameter]
    [NameCompleter("Node")]
    public string? FromNode { get; set; }

    protected override Task ProcessAsync() => TryAsync(Name, async () =>
    {
        var source = NetworkSource.Parse(FromPod, FromNode, EffectiveNamespace) ?? (await NetworkSource.ReadyNodesAsync(Client, Cancellation))[0];
        var questions = Name.SelectMany(name => (Type ?? [IPAddress.TryParse(name, out _) ? "PTR" : "A"]).Select(type => new NameQuestion(name, type)));
        foreach (var some in questions.Chunk(NetworkProbe.MaxLookups))
        {
            foreach (var answer in (await source.AskAsync(Client, EffectiveNamespace, some, [], Cancellation)).Lookups)
            {
                await TryAsync(answer.Name, () => WriteAsync(answer, source));
            }
        }
    });

    private Task WriteAsync(NameAnswer answer, NetworkSource source)
    {
        if (answer.Records.Count == 0)
        {
            throw NotResolved(answer, source);
        }

        foreach (var record in answer.Records)
        {
            WriteObject(new ResolvedName(answer, record, source.ToString(), Client.Context.Name));
        }

        return Task.CompletedTask;
    }

    private static ClusterException NotResolved(NameAnswer answer, NetworkSource source) => answer switch
    {
        { Error: { } error } => new("NoAnswer", ErrorCategory.ConnectionError, $"\"{answer.Name}\" could not be looked up from {source}: {error}.") { Target = answer.Name },
        { Code: "NOERROR" } => new("NoRecord", ErrorCategory.ObjectNotFound, $"\"{answer.QueryName}\" has no {answer.Type} record, as {source} is told.") { Target = answer.Name },
        { Code: "NXDOMAIN" } => new("NotFound,Name", ErrorCategory.ObjectNotFound, $"There is no name \"{answer.Name}\" in any search domain, as {source} is told.") { Target = answer.Name },
        _ => new("NotResolved", ErrorCategory.InvalidResult, $"The name server {answer.Server} answers {source} with {answer.Code} for \"{answer.QueryName}\".") { Target = answer.Name },
    };
}
