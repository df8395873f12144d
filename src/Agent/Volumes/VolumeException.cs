using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Volumes;

/// <summary>A volume or a mount that cannot be had now.</summary>
internal sealed class VolumeException(string message, Exception? inner = null) : RuntimeException("FailedMount", message, inner);
