using System.Collections.Frozen;
using System.Globalization;

namespace Orchestrator.Model.Wire;

/// <summary>Which field a number is, by model type; read once from the table beside this file.</summary>
internal static class FieldNumbers
{
    private static readonly Lazy<FrozenDictionary<string, FrozenDictionary<int, WireField>>> Types = new(Read);

    /// <summary>The types and groups that the table has.</summary>
    public static IEnumerable<string> All => Types.Value.Keys;

    /// <summary>The fields of a type (its CLR name), or of a group of fields (its name with a plus); null when the table lacks it.</summary>
    public static FrozenDictionary<int, WireField>? Of(string type) => Types.Value.GetValueOrDefault(type);

    private static FrozenDictionary<string, FrozenDictionary<int, WireField>> Read()
    {
        using var stream = typeof(FieldNumbers).Assembly.GetManifestResourceStream("field-numbers.txt")
            ?? throw new InvalidOperationException("the table of field numbers is not in the assembly");
        using var reader = new StreamReader(stream);
        var types = new Dictionary<string, FrozenDictionary<int, WireField>>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                types[parts[0]] = parts.Skip(1).Select(Field).ToFrozenDictionary(field => field.Number, field => field.Field);
            }
        }
        return types.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static (int Number, WireField Field) Field(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var keepsZero = text.EndsWith('?');
        return (int.Parse(text.AsSpan(0, colon), CultureInfo.InvariantCulture), new(text[(colon + 1)..^(keepsZero ? 1 : 0)], keepsZero));
    }
}
