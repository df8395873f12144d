namespace Orchestrator.Controller.Kinds.PersistentVolumes;

/// <summary>Phases of volumes.</summary>
internal static class VolumePhase
{
    public const string Pending = "Pending";
    public const string Available = "Available";
    public const string Bound = "Bound";
    public const string Released = "Released";
    public const string Failed = "Failed";
}
