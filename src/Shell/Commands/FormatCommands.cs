using System.Management.Automation;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace Orchestrator.Shell.Commands;

/// <summary>
/// Format-Table, Format-List and Format-Wide. The engine has the whole formatter and the base classes of these commands; the commands
/// themselves are a constructor each, in a package that isn't everywhere. What they set is internal to the engine, hence the reflection.
/// </summary>
internal static class FormatCommands
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static IEnumerable<(string Name, Type Type)> All =>
        Field is null || Shaper is null
            ? []
            : [("Out-String", typeof(OutStringCommand)), ("Format-Table", typeof(FormatTableCommand)), ("Format-List", typeof(FormatListCommand)), ("Format-Wide", typeof(FormatWideCommand))];

    private static Type? Shaper { get; } = typeof(PSObject).Assembly.GetType("Microsoft.PowerShell.Commands.Internal.Format.InnerFormatShapeCommand");

    private static FieldInfo? Field { get; } =
        typeof(FrontEndCommandBase).GetField("implementation", Members);

    public static void Shape(FrontEndCommandBase command, string shape)
    {
        if (Shaper?.GetConstructors(Members) is [var constructor, ..])
        {
            var parameter = constructor.GetParameters()[0].ParameterType;
            Field?.SetValue(command, constructor.Invoke([Enum.Parse(parameter, shape)]));
        }
    }
}
