using System.Management.Automation;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace Orchestrator.Shell.Commands;

/// <summary>See <see cref="FormatCommands"/>.</summary>
[Cmdlet("Format", "Table")]
public sealed class FormatTableCommand : OuterFormatTableBase
{
    public FormatTableCommand() => FormatCommands.Shape(this, "Table");
}
