using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Changes a Service: its type, its ports, or the pods that it leads to. What isn't named stays.</summary>
/// <example><code>Set-ClusterService web -PodLabel @{ app = 'web'; track = 'green' }</code></example>
/// <example><code>Get-ClusterService web | Set-ClusterService -Type NodePort -PassThru</code></example>
[Cmdlet(VerbsCommon.Set, "ClusterService", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(ClusterService))]
public sealed class SetClusterServiceCommand : PatchObjectCommand
{
    private IReadOnlyList<string> _labelsBefore = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Service")]
    public string[]? Name { get; set; }

    [Parameter]
    [ValidateSet("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")]
    public string? Type { get; set; }

    /// <summary>Labels of its pods, in place of those it had.</summary>
    [Parameter]
    [KeyValueTransformation]
    public IDictionary? PodLabel { get; set; }

    /// <summary>Ports, each <c>[name=]port[:target][/protocol]</c>, in place of those it had.</summary>
    [Parameter]
    public string[]? Port { get; set; }

    /// <summary>Ports on the nodes, in the order of -Port.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int[]? NodePort { get; set; }

    /// <summary>The name outside the cluster that its name stands for.</summary>
    [Parameter]
    public string? ExternalName { get; set; }

    [Parameter]
    [ValidateSet("None", "ClientIP")]
    public string? SessionAffinity { get; set; }

    /// <summary>Whether pods count before they are ready.</summary>
    [Parameter]
    public bool? PublishNotReadyAddresses { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Service);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Service;
    private protected override string Action => $"Change {string.Join(", ", Changes().Select(change => change.Key))}";

    private protected override async Task ActAsync(ObjectTarget target)
    {
        if (PodLabel is not null)
        {
            // A merge leaves what it doesn't name: the labels before have to be named to go.
            var current = await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
            _labelsBefore = [.. (current["spec"]?["selector"] as JsonObject ?? []).Select(label => label.Key)];
        }

        await base.ActAsync(target);
    }

    private protected override JsonObject Patch() => Changes() is { Count: > 0 } changes
        ? new() { ["spec"] = changes }
        : throw ClusterException.Argument("NothingToChange", "Name at least one thing to change, such as -Type or -PodLabel.");

    private JsonObject Changes()
    {
        var spec = new JsonObject();
        foreach (var (field, value) in new[] { ("type", Type), ("externalName", ExternalName), ("sessionAffinity", SessionAffinity) })
        {
            if (value is not null)
            {
                spec[field] = value;
            }
        }

        if (PodLabel is not null)
        {
            var labels = new JsonObject();
            foreach (var label in _labelsBefore)
            {
                labels[label] = null;
            }

            foreach (DictionaryEntry label in PodLabel)
            {
                labels[label.Key.ToString() ?? ""] = LanguagePrimitives.ConvertTo<string>(label.Value) ?? "";
            }

            spec["selector"] = labels;
        }

        if (Port is not null)
        {
            spec["ports"] = ServicePortText.Parse(Port, NodePort);
        }
        else if (NodePort is not null)
        {
            throw ClusterException.Argument("InvalidPort", "-NodePort goes with -Port: it says which port on the nodes each of them has.");
        }

        if (PublishNotReadyAddresses is { } publish)
        {
            spec["publishNotReadyAddresses"] = publish;
        }

        return spec;
    }
}
