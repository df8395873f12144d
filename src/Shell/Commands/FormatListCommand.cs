using System.Management.Automation;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace Orchestrator.Shell.Commands;

/// <summary>See <see cref="FormatCommands"/>.</summary>
[Cmdlet("Format", "List")]
public sealed class FormatListCommand : OuterFormatTableAndListBase
{
    public FormatListCommand() => FormatCommands.Shape(this, "List");
}
