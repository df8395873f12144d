using System.Collections.Immutable;

namespace Orchestrator.Model;

/// <summary>
/// A field selector: <c>status.phase=Running,spec.nodeName!=n1</c>. Only equality; an absent field compares as the empty text.
/// <c>\</c> escapes <c>,</c>, <c>=</c> and itself in values. Source: Kubernetes documentation, "Field Selectors".
/// </summary>
public sealed class FieldSelector
{
    public static FieldSelector Everything { get; } = new([]);

    private FieldSelector(ImmutableArray<FieldRequirement> requirements) => Requirements = requirements;

    public ImmutableArray<FieldRequirement> Requirements { get; }
    public bool IsEmpty => Requirements.IsEmpty;

    /// <exception cref="FormatException">A term has no operator or no field.</exception>
    public static FieldSelector Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Everything;
        }
        var terms = ImmutableArray.CreateBuilder<FieldRequirement>();
        foreach (var term in Split(text))
        {
            if (term.Length > 0)
            {
                terms.Add(Requirement(term));
            }
        }
        return new(terms.ToImmutable());
    }

    public static FieldSelector Equal(string field, string value) => new([new(field, value, false)]);

    /// <summary>The same demands on fields of other names.</summary>
    public FieldSelector Rename(Func<string, string> field) => new([.. Requirements.Select(requirement => requirement with { Field = field(requirement.Field) })]);

    public bool Matches(Func<string, string?> field)
    {
        foreach (var requirement in Requirements)
        {
            if (string.Equals(field(requirement.Field) ?? "", requirement.Value, StringComparison.Ordinal) == requirement.Negated)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The value that a field must have, when the selector demands one.</summary>
    public string? Required(string field) =>
        Requirements.FirstOrDefault(requirement => requirement.Field == field && !requirement.Negated).Value;

    public override string ToString() => string.Join(',', Requirements);

    private static FieldRequirement Requirement(string term)
    {
        for (var i = 0; i < term.Length; i++)
        {
            if (term[i] == '\\')
            {
                i++;
                continue;
            }
            var negated = term[i] == '!' && i + 1 < term.Length && term[i + 1] == '=';
            if (negated || term[i] == '=')
            {
                var start = i + (negated || (i + 1 < term.Length && term[i + 1] == '=') ? 2 : 1);
                var field = term[..i].Trim();
                return field.Length == 0
                    ? throw new FormatException($"invalid field selector \"{term}\": no field is named")
                    : new(field, Unescape(term[start..]), negated);
            }
        }
        throw new FormatException($"invalid field selector \"{term}\": can't understand it, expected field=value or field!=value");
    }

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == ',')
            {
                yield return text[start..i];
                start = i + 1;
            }
        }
        yield return text[start..];
    }

    private static string Unescape(string value) => value.Contains('\\', StringComparison.Ordinal)
        ? value.Replace("\\,", ",", StringComparison.Ordinal).Replace("\\=", "=", StringComparison.Ordinal)
            .Replace("\\\\", "\\", StringComparison.Ordinal)
        : value;
}
