using System.Globalization;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>Ports from the first to the last, both in it.</summary>
internal readonly record struct PortRange(int First, int Last)
{
    /// <summary>Lower ports that are given out only when no other is left, so that those that people ask for are seldom taken. Source: Kubernetes, KEP-3668.</summary>
    public int Reserved => Count <= 16 ? 0 : Math.Clamp(Count / 32, 16, 128);

    public int Count => Last - First + 1;

    public static bool TryParse(string text, out PortRange range)
    {
        range = default;
        if (text.Split('-') is not [var first, var last]
            || !ushort.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !ushort.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to) || from == 0 || from > to)
        {
            return false;
        }
        range = new(from, to);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}
