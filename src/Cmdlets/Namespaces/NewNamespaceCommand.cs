using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a namespace.</summary>
/// <example><code>New-Namespace shop</code></example>
[Cmdlet(VerbsCommon.New, "Namespace", SupportsShouldProcess = true)]
[OutputType(typeof(ClusterNamespace))]
public sealed class NewNamespaceCommand : CreateObjectCommand
{
    private protected override ResourceKind Kind => Kinds.Namespace;
    private protected override JsonObject BuildBody() => [];
}
