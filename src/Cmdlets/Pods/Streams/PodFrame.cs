using Orchestrator.Model.Tunnel;

namespace Orchestrator.Cmdlets;

/// <summary>A piece of one of a pod connection's streams.</summary>
/// <param name="Data">Valid until the next is read.</param>
internal readonly record struct PodFrame(StreamChannel Channel, ReadOnlyMemory<byte> Data);
