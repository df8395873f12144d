using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace Orchestrator.Shell;

/// <summary>What a new runspace starts with: the engine's commands, and the basics that PowerShell ships in other packages.</summary>
internal static class EngineState
{
    public static InitialSessionState Create()
    {
#if POWERSHELL_SDK
        var state = InitialSessionState.CreateDefault();
#else
        var state = InitialSessionState.CreateDefault2();
        Basics.AddTo(state);
#endif
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = ExecutionPolicy.RemoteSigned;
        }

        return state;
    }
}
