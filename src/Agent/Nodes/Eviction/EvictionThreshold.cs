using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Orchestrator.Model;

namespace Orchestrator.Agent.Nodes.Eviction;

/// <summary>When a node is short of something, written as the kubelet has it: <c>memory.available&lt;100Mi</c>, <c>nodefs.available&lt;10%</c>.</summary>
/// <param name="Percent">Of the capacity; null when <paramref name="Quantity"/> says it.</param>
internal sealed record EvictionThreshold(string Signal, Quantity? Quantity, decimal? Percent)
{
    /// <summary>What is short below the threshold is told in this unit: bytes, or processes.</summary>
    public long AmountOf(long capacity) => Quantity is { } quantity ? quantity.ToInt64Ceiling() : (long)(capacity * (Percent ?? 0) / 100);

    /// <summary>As it was written.</summary>
    public string Value => Quantity is { } quantity ? quantity.ToString() : string.Create(CultureInfo.InvariantCulture, $"{Percent}%");

    public static bool TryParse(string text, [NotNullWhen(true)] out EvictionThreshold? threshold)
    {
        threshold = null;
        var parts = text.Split('<');
        if (parts is not [var signal, var value] || !EvictionSignals.All.Contains(signal))
        {
            return false;
        }
        if (value.EndsWith('%'))
        {
            if (decimal.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and < 100)
            {
                threshold = new(signal, null, percent);
            }
        }
        else if (Model.Quantity.TryParse(value, out var quantity) && !quantity.IsNegative)
        {
            threshold = new(signal, quantity, null);
        }
        return threshold is not null;
    }
}
