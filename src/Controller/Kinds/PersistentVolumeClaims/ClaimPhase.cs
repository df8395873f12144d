namespace Orchestrator.Controller.Kinds.PersistentVolumeClaims;

/// <summary>Phases of claims.</summary>
internal static class ClaimPhase
{
    public const string Pending = "Pending";
    public const string Bound = "Bound";
    public const string Lost = "Lost";
}
