namespace Orchestrator.Cmdlets;

/// <summary>A piece of one of a pod connection's streams.</summary>
/// <param name="Data">Valid until the next is read.</param>
internal readonly record struct PodFrame(PodChannel Channel, ReadOnlyMemory<byte> Data);

/// <summary>The first byte of a message of Kubernetes' channel protocols.</summary>
internal enum PodChannel : byte
{
    Input = 0,
    Output = 1,
    ErrorOutput = 2,
    /// <summary>How the command ended: a Status.</summary>
    Status = 3,
    Resize = 4,
    /// <summary>From version 5 on: closes the channel that the next byte names.</summary>
    Close = 255,
}
