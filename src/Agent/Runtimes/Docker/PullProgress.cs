using Docker.DotNet.Models;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>What the engine says while it pulls: only its last error counts, which comes in the stream and not as a status code.</summary>
internal sealed class PullProgress : IProgress<JSONMessage>
{
    public string? Error { get; private set; }

    public void Report(JSONMessage value) => Error = value.ErrorMessage ?? value.Error?.Message ?? Error;
}
