using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Completes names of contexts.</summary>
public sealed class ContextCompleterAttribute : ArgumentCompleterAttribute, IArgumentCompleterFactory
{
    public IArgumentCompleter Create() => new ValueCompleter(_ =>
        CompleterSource.Get("contexts", _ => Task.FromResult<IReadOnlyList<string>>([.. ContextStore.All().Select(context => context.Name).Distinct()])));
}
