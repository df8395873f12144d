using System.Globalization;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What something uses, measured when it was asked for.</summary>
public abstract class ResourceUsage : ClusterObject
{
    private const long Mebibyte = 1L << 20;

    private protected ResourceUsage(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    /// <summary>Thousandths of a core, on average over <see cref="Window"/>, rounded up.</summary>
    public long CpuMillicores => Sum("cpu").ToMilliCeiling();

    /// <summary>The working set.</summary>
    public long MemoryBytes => Sum("memory").ToInt64Ceiling();

    /// <summary>As <c>kubectl top</c> shows it: <c>250m</c>.</summary>
    public string Cpu => CpuText(Sum("cpu"));

    /// <summary>As <c>kubectl top</c> shows it: <c>64Mi</c>.</summary>
    public string Memory => MemoryText(Sum("memory"));

    /// <summary>The end of the window, UTC.</summary>
    public DateTime? Timestamp => Model.Timestamp.TryParse((string?)Tree["timestamp"], out var time) ? time.UtcDateTime : null;

    /// <summary>What <see cref="CpuMillicores"/> is an average over.</summary>
    public TimeSpan? Window => DurationTransformationAttribute.Parse((string?)Tree["window"] ?? "");

    private protected abstract Quantity Sum(string resource);

    private protected static Quantity Read(JsonNode? usage, string resource) => Quantity.TryParse((string?)usage?[resource], out var quantity) ? quantity : Quantity.Zero;

    internal static string CpuText(Quantity cpu) => string.Create(CultureInfo.InvariantCulture, $"{cpu.ToMilliCeiling()}m");

    internal static string MemoryText(Quantity memory) => string.Create(CultureInfo.InvariantCulture, $"{memory.ToInt64Ceiling() / Mebibyte}Mi");
}
