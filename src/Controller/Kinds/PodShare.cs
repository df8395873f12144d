using System.Globalization;
using k8s.Models;

namespace Orchestrator.Controller.Kinds;

/// <summary>A number of pods, or a percentage of all. Pure.</summary>
internal static class PodShare
{
    public static bool TryParse(IntOrString? value, out int number, out bool percent)
    {
        var text = value?.Value ?? "";
        percent = text.EndsWith('%');
        return int.TryParse(percent ? text.AsSpan(0, text.Length - 1) : text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>As a number of pods; zero for what is none.</summary>
    public static int Of(IntOrString? value, int pods, bool roundUp) =>
        !TryParse(value, out var number, out var percent) ? 0
        : !percent ? number
        : (int)((((long)number * pods) + (roundUp ? 99 : 0)) / 100);
}
