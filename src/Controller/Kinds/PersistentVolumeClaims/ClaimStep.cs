using k8s.Models;

namespace Orchestrator.Controller.Kinds.PersistentVolumeClaims;

/// <summary>What is to be done for a claim next.</summary>
internal abstract record ClaimStep
{
    private ClaimStep()
    {
    }

    /// <summary>Nothing can be done now; the claim's events tell why.</summary>
    public sealed record Wait(string Reason, string Message, bool IsWarning = false) : ClaimStep;

    /// <summary>Claim and volume become each other's.</summary>
    /// <param name="IsChoice">The controller's, not somebody's wish: it may be undone.</param>
    public sealed record Bind(V1PersistentVolume Volume, bool IsChoice) : ClaimStep;

    /// <summary>They are each other's already: the status says so, and a claim that wants more gets it.</summary>
    public sealed record Confirm(V1PersistentVolume Volume) : ClaimStep;

    /// <summary>A volume is to be made.</summary>
    /// <param name="Node">Whose agent makes it.</param>
    public sealed record Provision(V1StorageClass Class, V1Node Node) : ClaimStep;

    /// <summary>The claim's volume is gone, or another's.</summary>
    public sealed record Lose(string Reason, string Message) : ClaimStep;

    /// <summary>The chosen node cannot have it: another is to be chosen.</summary>
    /// <param name="Unmade">A volume that was to be made there, or null.</param>
    public sealed record ChooseAgain(V1PersistentVolume? Unmade, string Message) : ClaimStep;
}
