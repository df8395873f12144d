using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Model;

/// <summary>
/// A label selector: equality-based (<c>app=web,tier!=back</c>), set-based (<c>tier in (front,edge),!legacy</c>), or the object form.
/// The empty selector matches everything; a missing object-form selector matches nothing.
/// Source: Kubernetes documentation, "Labels and Selectors".
/// </summary>
public sealed class LabelSelector
{
    public static LabelSelector Everything { get; } = new([], false);
    public static LabelSelector Nothing { get; } = new([], true);

    private readonly bool _nothing;

    private LabelSelector(ImmutableArray<LabelRequirement> requirements, bool nothing)
    {
        Requirements = requirements;
        _nothing = nothing;
    }

    public ImmutableArray<LabelRequirement> Requirements { get; }

    /// <summary>True when it matches every object.</summary>
    public bool IsEmpty => !_nothing && Requirements.IsEmpty;

    public static LabelSelector Of(IEnumerable<LabelRequirement> requirements) => new([.. requirements], false);

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">The text is no selector; the message says where.</exception>
    public static LabelSelector Parse(string? text) =>
        string.IsNullOrWhiteSpace(text) ? Everything : new(LabelSelectorParser.Parse(text), false);

    /// <summary>The object form; null selects nothing, an empty one everything.</summary>
    /// <exception cref="FormatException">An expression has an unknown operator, or values where none may be.</exception>
    public static LabelSelector From(V1LabelSelector? selector)
    {
        if (selector is null)
        {
            return Nothing;
        }
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        foreach (var (key, value) in selector.MatchLabels ?? ImmutableDictionary<string, string>.Empty)
        {
            requirements.Add(new(key, LabelOperator.Equals, [value]));
        }
        foreach (var expression in selector.MatchExpressions ?? [])
        {
            requirements.Add(From(expression.Key, expression.OperatorProperty, expression.Values));
        }
        return new(requirements.ToImmutable(), false);
    }

    public static LabelSelector FromLabels(IEnumerable<KeyValuePair<string, string>>? labels) =>
        labels is null ? Nothing : Of(labels.Select(label => new LabelRequirement(label.Key, LabelOperator.Equals, [label.Value])));

    /// <summary>One expression of the object form, as label and node selectors write it.</summary>
    public static LabelRequirement From(string key, string? @operator, IEnumerable<string>? values)
    {
        ImmutableArray<string> list = [.. values ?? []];
        var (parsed, valid) = @operator switch
        {
            "In" => (LabelOperator.In, list.Length > 0),
            "NotIn" => (LabelOperator.NotIn, list.Length > 0),
            "Exists" => (LabelOperator.Exists, list.IsEmpty),
            "DoesNotExist" => (LabelOperator.DoesNotExist, list.IsEmpty),
            "Gt" => (LabelOperator.GreaterThan, list.Length == 1),
            "Lt" => (LabelOperator.LessThan, list.Length == 1),
            _ => throw new FormatException($"\"{@operator}\" is not a valid label selector operator"),
        };
        return valid ? new(key, parsed, list) : throw new FormatException($"operator \"{@operator}\" of \"{key}\" has {list.Length} values");
    }

    public bool Matches(IReadOnlyDictionary<string, string>? labels) =>
        Matches(key => labels is not null && labels.TryGetValue(key, out var value) ? value : null);

    public bool Matches(IDictionary<string, string>? labels) =>
        Matches(key => labels is not null && labels.TryGetValue(key, out var value) ? value : null);

    public bool Matches(Func<string, string?> label)
    {
        if (_nothing)
        {
            return false;
        }
        foreach (var requirement in Requirements)
        {
            if (!requirement.Matches(label(requirement.Key)))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Canonical text; <see cref="Parse"/> reads it back to an equal selector.</summary>
    public override string ToString() => _nothing ? "<none>" : string.Join(',', Requirements);
}
