using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Gets what is behind Services: each address with its ports, its pod, and whether it gets connections.</summary>
/// <example><code>Get-Endpoint web | Where-Object -Not Ready</code></example>
/// <example><code>Get-ClusterService | Get-Endpoint</code></example>
[Cmdlet(VerbsCommon.Get, "Endpoint")]
[OutputType(typeof(Endpoint))]
public sealed class GetEndpointCommand : ClusterCmdlet
{
    private const string ServiceLabel = "kubernetes.io/service-name";

    /// <summary>Names of Services, with wildcards; without them, all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("Service")]
    public string[]? Name { get; set; }

    /// <summary>Namespace to look in; without it, the context's own, else <c>default</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ns")]
    [NamespaceCompleter]
    public string? Namespace { get; set; }

    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    private string? ListNamespace => AllNamespaces ? null : string.IsNullOrEmpty(Namespace) ? Client.Context.Namespace : Namespace;

    protected override Task ProcessAsync() => TryAsync(null, async () =>
    {
        foreach (var name in Name ?? ["*"])
        {
            await TryAsync(name, () => WriteAsync(name));
        }
    });

    private async Task WriteAsync(string name)
    {
        var pattern = WildcardPattern.ContainsWildcardCharacters(name) ? new WildcardPattern(name, WildcardOptions.IgnoreCase) : null;
        if (pattern is null && ListNamespace is { } @namespace)
        {
            // A service that is not there is an error; one without endpoints is not.
            await Client.GetAsync(Kinds.Service, @namespace, name, Cancellation);
        }

        await foreach (var slice in Client.ListAsync(Kinds.EndpointSlice, ListNamespace, new ListQuery(pattern is null ? $"{ServiceLabel}={name}" : ServiceLabel), Cancellation))
        {
            foreach (var endpoint in Endpoint.Of(slice, Client.Context.Name).Where(endpoint => pattern?.IsMatch(endpoint.Service) != false))
            {
                WriteObject(endpoint);
            }
        }
    }
}
