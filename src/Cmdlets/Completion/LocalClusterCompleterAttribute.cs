using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Completes names of local clusters.</summary>
public sealed class LocalClusterCompleterAttribute : ArgumentCompleterAttribute, IArgumentCompleterFactory
{
    public IArgumentCompleter Create() => new ValueCompleter(_ => LocalClusterFolder.All().Select(folder => folder.Name));
}
