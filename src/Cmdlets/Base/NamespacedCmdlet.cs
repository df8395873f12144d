using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>A cmdlet on namespaced objects.</summary>
public abstract class NamespacedCmdlet : ClusterCmdlet
{
    /// <summary>The objects' namespace; without it, the context's own, else <c>default</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ns")]
    [NamespaceCompleter]
    public string? Namespace { get; set; }

    private protected string EffectiveNamespace => string.IsNullOrEmpty(Namespace) ? Client.Context.Namespace : Namespace;
}
