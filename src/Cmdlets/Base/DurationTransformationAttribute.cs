using System.Globalization;
using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Takes a time span as such, as seconds (<c>30</c>), as Kubernetes writes it (<c>1m30s</c>, <c>500ms</c>) or as .NET does (<c>00:01:30</c>).</summary>
public sealed class DurationTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("h", 3600), ("m", 60), ("s", 1), ("d", 86400)];

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            TimeSpan duration => duration,
            string text => Parse(text) ?? throw new ArgumentTransformationMetadataException(
                $"\"{text}\" is not a duration: give seconds (30), 1m30s or 00:01:30."),
            IConvertible number => TimeSpan.FromSeconds(number.ToDouble(CultureInfo.InvariantCulture)),
            _ => throw new ArgumentTransformationMetadataException($"{value} is not a duration."),
        };
    }

    internal static TimeSpan? Parse(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : null;
        }

        var total = 0.0;
        for (var rest = text; rest.Length > 0;)
        {
            var digits = rest.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
            var unit = Array.Find(Units, unit => rest[digits..].StartsWith(unit.Unit, StringComparison.Ordinal)).Unit;
            if (digits == 0 || unit is null || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                return null;
            }

            total += amount * Array.Find(Units, known => known.Unit == unit).Seconds;
            rest = rest[(digits + unit.Length)..];
        }

        return text.Length == 0 ? null : TimeSpan.FromSeconds(total);
    }
}
