using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace Orchestrator.Cmdlets.Tests.Module;

/// <summary>A runspace with the cmdlets of this test's own assembly in it.</summary>
public sealed class ModuleFixture : IDisposable
{
    private readonly Runspace _runspace;

    public ModuleFixture()
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (var (type, attribute) in Cmdlets)
        {
            state.Commands.Add(new SessionStateCmdletEntry($"{attribute.VerbName}-{attribute.NounName}", type, null));
        }

        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
    }

    public static IReadOnlyList<(Type Type, CmdletAttribute Attribute)> Cmdlets { get; } =
    [
        .. typeof(AsyncCmdlet).Assembly.GetExportedTypes().Where(type => !type.IsAbstract && typeof(Cmdlet).IsAssignableFrom(type))
            .Select(type => (type, (CmdletAttribute)Attribute.GetCustomAttribute(type, typeof(CmdletAttribute))!)), // A cmdlet without one could not be exported.
    ];

    public (IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors) Run(string script, params object[] arguments)
    {
        using var powerShell = PowerShell.Create();
        powerShell.Runspace = _runspace;
        powerShell.AddScript(script);
        foreach (var argument in arguments)
        {
            powerShell.AddArgument(argument);
        }

        var output = powerShell.Invoke();
        return (output, [.. powerShell.Streams.Error]);
    }

    public void Dispose() => _runspace.Dispose();
}
