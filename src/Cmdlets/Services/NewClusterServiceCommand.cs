using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a Service: one address and one name for the pods that have its labels, or a name for something outside.</summary>
/// <example><code>New-ClusterService web @{ app = 'web' } -Port 80:8080</code></example>
/// <example><code>New-ClusterService db @{ app = 'db' } -Port 5432 -Headless</code></example>
/// <example><code>New-ClusterService mail -ExternalName smtp.example.com</code></example>
[Cmdlet(VerbsCommon.New, "ClusterService", SupportsShouldProcess = true, DefaultParameterSetName = "Address")]
[OutputType(typeof(ClusterService))]
public sealed class NewClusterServiceCommand : CreateNamespacedObjectCommand
{
    /// <summary>Labels of its pods; without them, you write its endpoints yourself.</summary>
    [Parameter(Position = 1, ParameterSetName = "Address")]
    [Parameter(Position = 1, ParameterSetName = "Headless")]
    [KeyValueTransformation]
    public System.Collections.IDictionary? PodLabel { get; set; }

    /// <summary>Ports, each <c>[name=]port[:target][/protocol]</c>, such as <c>80:8080</c>, <c>web=80:http</c> or <c>dns=53/UDP</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Address")]
    [Parameter(ParameterSetName = "Headless")]
    public string[]? Port { get; set; }

    [Parameter(ParameterSetName = "Address")]
    [ValidateSet("ClusterIP", "NodePort", "LoadBalancer")]
    public string Type { get; set; } = "ClusterIP";

    /// <summary>The address that it is to have, out of the cluster's range; without it, any free one.</summary>
    [Parameter(ParameterSetName = "Address")]
    public string? ClusterIP { get; set; }

    /// <summary>The ports that it is to have on the nodes, in the order of -Port; without them, any free ones.</summary>
    [Parameter(ParameterSetName = "Address")]
    [ValidateRange(1, 65535)]
    public int[]? NodePort { get; set; }

    /// <summary>No address: its name stands for the addresses of its pods.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Headless")]
    public SwitchParameter Headless { get; set; }

    /// <summary>The name outside the cluster that its name stands for.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ExternalName")]
    public string? ExternalName { get; set; }

    /// <summary>ClientIP: connections of one client go to one pod.</summary>
    [Parameter(ParameterSetName = "Address")]
    [ValidateSet("None", "ClientIP")]
    public string? SessionAffinity { get; set; }

    /// <summary>Pods count before they are ready.</summary>
    [Parameter(ParameterSetName = "Address")]
    [Parameter(ParameterSetName = "Headless")]
    public SwitchParameter PublishNotReadyAddresses { get; set; }

    private protected override ResourceKind Kind => Kinds.Service;

    private protected override JsonObject BuildBody()
    {
        var spec = new JsonObject { ["type"] = ExternalName is null ? Type : "ExternalName" };
        foreach (var (field, value) in new[]
            { ("clusterIP", Headless ? "None" : ClusterIP), ("externalName", ExternalName), ("sessionAffinity", SessionAffinity) })
        {
            if (value is not null)
            {
                spec[field] = value;
            }
        }

        if (PodLabel is not null)
        {
            spec["selector"] = Texts(PodLabel);
        }

        if (Port is not null)
        {
            spec["ports"] = ServicePortText.Parse(Port, NodePort);
        }

        if (PublishNotReadyAddresses)
        {
            spec["publishNotReadyAddresses"] = true;
        }

        return new JsonObject { ["spec"] = spec };
    }
}
