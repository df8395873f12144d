using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods.Planning;

internal static class RestartRules
{
    public const string Always = "Always";
    public const string OnFailure = "OnFailure";
    public const string Never = "Never";

    /// <summary>Whether a container that does not run has to.</summary>
    public static bool WantsRestart(string? policy, ContainerObservation? latest) => latest is not { State: ContainerState.Exited } || policy switch
    {
        Never => false,
        OnFailure => latest.ExitCode != 0,
        _ => true,
    };
}
