using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Agent.Runtimes.Hollow;

/// <summary>What becomes of fake containers.</summary>
/// <param name="StartDelay">From a container's turn until it runs.</param>
/// <param name="RunTime">How long those run that end.</param>
/// <param name="FailureRate">Share of them that end with exit code 1: 0 to 1.</param>
internal sealed record HollowFate(TimeSpan StartDelay, TimeSpan RunTime, double FailureRate)
{
    /// <summary>The same for the same pod, container and attempt, in every run of the agent.</summary>
    public int ExitCode(string podUid, string container, int attempt)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{podUid}/{container}/{attempt}")));
        var share = BinaryPrimitives.ReadUInt32BigEndian(hash) / (uint.MaxValue + 1.0);
        return share < FailureRate ? 1 : 0;
    }
}
