using System.Management.Automation;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace Orchestrator.Shell.Commands;

/// <summary>See <see cref="FormatCommands"/>.</summary>
[Cmdlet("Format", "Wide")]
public sealed class FormatWideCommand : OuterFormatTableAndListBase
{
    public FormatWideCommand() => FormatCommands.Shape(this, "Wide");
}
