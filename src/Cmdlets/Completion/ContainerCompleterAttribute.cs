using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Completes names of a pod's containers; without a pod on the line, of all pods'.</summary>
public sealed class ContainerCompleterAttribute : ArgumentCompleterAttribute, IArgumentCompleterFactory
{
    public IArgumentCompleter Create() => new ValueCompleter(ObjectNames.Containers);
}
