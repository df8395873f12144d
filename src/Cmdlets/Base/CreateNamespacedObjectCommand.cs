using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>What every New-X of a namespaced kind has.</summary>
public abstract class CreateNamespacedObjectCommand : CreateObjectCommand
{
    /// <summary>Namespace to create it in; without it, the context's own, else <c>default</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ns")]
    [NamespaceCompleter]
    public string? Namespace { get; set; }

    private protected override string? TargetNamespace => string.IsNullOrEmpty(Namespace) ? Client.Context.Namespace : Namespace;
}
