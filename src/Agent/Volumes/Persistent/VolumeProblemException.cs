using Orchestrator.Model.Volumes;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>A volume cannot be made, grown, mounted or removed now.</summary>
/// <param name="reason">One word, for programs.</param>
internal sealed class VolumeProblemException(string reason, string message, Exception? inner = null) : IOException(message, inner)
{
    public string Reason => reason;

    /// <summary>This node has not the room; another may.</summary>
    public static VolumeProblemException NoRoom(string message, Exception? inner = null) => new(VolumeNames.Exhausted, message, inner);
}
