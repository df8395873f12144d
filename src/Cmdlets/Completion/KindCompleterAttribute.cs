using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Completes kinds by plural and kind.</summary>
public sealed class KindCompleterAttribute : ArgumentCompleterAttribute, IArgumentCompleterFactory
{
    public IArgumentCompleter Create() => new ValueCompleter(_ => Catalog.All.Select(kind => kind.Kind).Order(StringComparer.Ordinal));
}
