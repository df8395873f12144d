using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Completes keys of labels that objects carry.</summary>
public sealed class LabelKeyCompleterAttribute(string? kind = null) : ArgumentCompleterAttribute, IArgumentCompleterFactory
{
    public string? Kind => kind;

    public IArgumentCompleter Create() => new ValueCompleter(bound => ObjectNames.LabelKeys(bound, kind ?? bound["Kind"]?.ToString() ?? "Pod"));
}
