using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Completes names of objects of a kind; without one, of the kind that the command line's -Kind names.</summary>
public sealed class NameCompleterAttribute(string? kind = null) : ArgumentCompleterAttribute, IArgumentCompleterFactory
{
    public string? Kind => kind;

    public IArgumentCompleter Create() => new ValueCompleter(bound => ObjectNames.Get(bound, kind ?? bound["Kind"]?.ToString() ?? ""));
}
