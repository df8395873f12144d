using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling;

/// <summary>One pod to the scheduler.</summary>
/// <param name="NodeName">The node it runs on or was assumed to; empty for none yet.</param>
/// <param name="IsTerminating">On its way out; it still takes its place.</param>
internal sealed record PodInfo(ObjectKey Key, string Uid, PodClass Class, string NodeName, bool IsTerminating)
{
    /// <summary>The node that is being cleared for it; empty for none.</summary>
    public string NominatedNode { get; init; } = "";
}
