using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>What every Get-X of a namespaced kind has.</summary>
public abstract class GetNamespacedObjectCommand : GetObjectCommand
{
    /// <summary>Namespace to look in; without it, the context's own, else <c>default</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ns")]
    [NamespaceCompleter]
    public string? Namespace { get; set; }

    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    private protected override string? ListNamespace =>
        AllNamespaces ? null : string.IsNullOrEmpty(Namespace) ? Client.Context.Namespace : Namespace;
}
