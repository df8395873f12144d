using System.Management.Automation;
using System.Reflection;

namespace Orchestrator.Shell;

/// <summary>
/// Marks an ErrorRecord as one that came out of the error stream, so that the formatter sends it to stderr. What a merged stream sets by
/// itself is internal to the engine for everybody else.
/// </summary>
internal static class ErrorStream
{
    private static readonly PropertyInfo? Stream = typeof(PSObject).GetProperty("WriteStream", BindingFlags.Instance | BindingFlags.NonPublic);

    public static PSObject Mark(ErrorRecord error)
    {
        var record = PSObject.AsPSObject(error);
        if (Stream is not null)
        {
            Stream.SetValue(record, Enum.Parse(Stream.PropertyType, "Error"));
        }

        return record;
    }
}
