using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Completes names of namespaces.</summary>
public sealed class NamespaceCompleterAttribute : ArgumentCompleterAttribute, IArgumentCompleterFactory
{
    public IArgumentCompleter Create() => new ValueCompleter(bound => ObjectNames.Get(bound, "Namespace"));
}
