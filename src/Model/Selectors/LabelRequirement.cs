using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Model;

/// <summary>One term of a label selector. Terms of a selector are joined by "and".</summary>
public sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    /// <summary>An absent key satisfies the negative operators (<c>!=</c>, <c>notin</c>, <c>!key</c>), as Kubernetes documents.</summary>
    public bool Matches(string? value) => Operator switch
    {
        LabelOperator.Equals or LabelOperator.In => value is not null && Values.Contains(value),
        LabelOperator.NotEquals or LabelOperator.NotIn => value is null || !Values.Contains(value),
        LabelOperator.Exists => value is not null,
        LabelOperator.DoesNotExist => value is null,
        LabelOperator.GreaterThan => Number(value) is { } left && Number(Values[0]) is { } right && left > right,
        LabelOperator.LessThan => Number(value) is { } left && Number(Values[0]) is { } right && left < right,
        _ => false,
    };

    public override string ToString() => Operator switch
    {
        LabelOperator.Equals => $"{Key}={Values[0]}",
        LabelOperator.NotEquals => $"{Key}!={Values[0]}",
        LabelOperator.In => $"{Key} in ({string.Join(',', Values)})",
        LabelOperator.NotIn => $"{Key} notin ({string.Join(',', Values)})",
        LabelOperator.DoesNotExist => "!" + Key,
        LabelOperator.GreaterThan => $"{Key}>{Values[0]}",
        LabelOperator.LessThan => $"{Key}<{Values[0]}",
        _ => Key,
    };

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
