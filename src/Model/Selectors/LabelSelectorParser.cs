using System.Collections.Immutable;

namespace Orchestrator.Model;

/// <summary>Recursive-descent reader of the text form of label selectors.</summary>
internal ref struct LabelSelectorParser
{
    private readonly ReadOnlySpan<char> _text;
    private int _position;

    private LabelSelectorParser(ReadOnlySpan<char> text)
    {
        _text = text;
    }

    public static ImmutableArray<LabelRequirement> Parse(string text)
    {
        var parser = new LabelSelectorParser(text);
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        while (true)
        {
            requirements.Add(parser.Requirement());
            parser.SkipSpace();
            if (parser.AtEnd)
            {
                return requirements.ToImmutable();
            }
            parser.Expect(',');
        }
    }

    private readonly bool AtEnd => _position >= _text.Length;

    private LabelRequirement Requirement()
    {
        SkipSpace();
        if (Take('!'))
        {
            return new(Key(), LabelOperator.DoesNotExist, []);
        }
        var key = Key();
        SkipSpace();
        if (AtEnd || _text[_position] == ',')
        {
            return new(key, LabelOperator.Exists, []);
        }
        if (Take('!'))
        {
            Expect('=');
            return new(key, LabelOperator.NotEquals, [Value()]);
        }
        if (Take('='))
        {
            Take('=');
            return new(key, LabelOperator.Equals, [Value()]);
        }
        if (Take('>'))
        {
            return new(key, LabelOperator.GreaterThan, [Integer()]);
        }
        if (Take('<'))
        {
            return new(key, LabelOperator.LessThan, [Integer()]);
        }
        var word = Word();
        return word switch
        {
            "in" => new(key, LabelOperator.In, Values()),
            "notin" => new(key, LabelOperator.NotIn, Values()),
            _ => throw Wrong($"found '{word}', expected one of: =, !=, ==, in, notin, >, <"),
        };
    }

    private ImmutableArray<string> Values()
    {
        SkipSpace();
        Expect('(');
        var values = ImmutableArray.CreateBuilder<string>();
        do
        {
            values.Add(Value());
            SkipSpace();
        }
        while (Take(','));
        Expect(')');
        // Canonical order, so that equal selectors have equal text.
        return [.. values.Distinct().Order(StringComparer.Ordinal)];
    }

    private string Key()
    {
        SkipSpace();
        var key = Word();
        return NameRules.QualifiedName(key) is { } problem ? throw Wrong($"invalid label key \"{key}\": {problem}") : key;
    }

    private string Value()
    {
        SkipSpace();
        var value = Word();
        return NameRules.LabelValue(value) is { } problem ? throw Wrong($"invalid label value \"{value}\": {problem}") : value;
    }

    private string Integer()
    {
        SkipSpace();
        var value = Word();
        return long.TryParse(value, out _) ? value : throw Wrong($"\"{value}\" must be an integer for > and <");
    }

    private string Word()
    {
        var start = _position;
        while (!AtEnd && !char.IsWhiteSpace(_text[_position]) && !"=!<>(),".Contains(_text[_position]))
        {
            _position++;
        }
        return _text[start.._position].ToString();
    }

    private bool Take(char expected)
    {
        if (AtEnd || _text[_position] != expected)
        {
            return false;
        }
        _position++;
        return true;
    }

    private void Expect(char expected)
    {
        if (!Take(expected))
        {
            throw Wrong(AtEnd ? $"found the end, expected '{expected}'" : $"found '{_text[_position]}', expected '{expected}'");
        }
    }

    private void SkipSpace()
    {
        while (!AtEnd && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private readonly FormatException Wrong(string message) =>
        new($"unable to parse selector \"{_text}\" at position {_position}: {message}");
}
