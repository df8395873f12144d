using System.Text.Json.Serialization;

namespace Orchestrator.Model.Metrics;

/// <summary>What an agent tells of its node through the tunnel, at <see cref="Path"/>.</summary>
/// <param name="Node">Null until it was measured twice.</param>
/// <param name="Containers">Those that run and were measured.</param>
public sealed record UsageReport(Usage? Node, IReadOnlyList<ContainerUsageReport> Containers)
{
    /// <summary>Below the tunnel's root.</summary>
    public const string Path = "usage";
}

/// <param name="PodUid">The pod's <c>metadata.uid</c>.</param>
/// <param name="Name">The container's name in its pod.</param>
/// <param name="Usage">What it uses.</param>
public sealed record ContainerUsageReport(string PodUid, string Name, Usage Usage);

/// <param name="Timestamp">The end of the window.</param>
/// <param name="WindowTicks">What the processor time is an average over, in ticks of 100 ns.</param>
/// <param name="CpuNanocores">1 000 000 000 is one core, all the time.</param>
/// <param name="MemoryBytes">The working set: memory that cannot be taken back at once.</param>
public sealed record Usage(DateTimeOffset Timestamp, long WindowTicks, long CpuNanocores, long MemoryBytes)
{
    [JsonIgnore]
    public TimeSpan Window => TimeSpan.FromTicks(WindowTicks);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UsageReport))]
[JsonSerializable(typeof(VolumeUsageReport[]))]
public sealed partial class UsageJson : JsonSerializerContext;
