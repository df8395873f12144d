using CsCheck;
using k8s.Models;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Model.Tests.Selectors;

public sealed class LabelSelectorTests
{
    private static readonly Dictionary<string, string> Web = new() { ["app"] = "web", ["tier"] = "front", ["weight"] = "7" };

    [Theory]
    [InlineData("app=web", true)]
    [InlineData("app==web", true)]
    [InlineData("app = web , tier != back", true)]
    [InlineData("app!=web", false)]
    [InlineData("missing!=x", true)]
    [InlineData("tier in (front,edge)", true)]
    [InlineData("tier in (back)", false)]
    [InlineData("tier notin (back)", true)]
    [InlineData("missing notin (back)", true)]
    [InlineData("app", true)]
    [InlineData("missing", false)]
    [InlineData("!missing", true)]
    [InlineData("!app", false)]
    [InlineData("weight>6", true)]
    [InlineData("weight<7", false)]
    [InlineData("", true)]
    [InlineData("app=", false)]
    [InlineData("example.com/app", false)]
    public void Matches_DocumentedForms_Agree(string text, bool expected) =>
        Assert.Equal(expected, LabelSelector.Parse(text).Matches((IReadOnlyDictionary<string, string>)Web));

    [Theory]
    [InlineData("app=web,", "label key")]
    [InlineData("app in web", "expected '('")]
    [InlineData("app in (web", "expected ')'")]
    [InlineData("-bad=x", "label key")]
    [InlineData("app=b@d", "label value")]
    [InlineData("app is web", "expected one of")]
    [InlineData("weight>x", "integer")]
    public void Parse_Malformed_SaysWhatAndWhere(string text, string expected)
    {
        var problem = Assert.Throws<FormatException>(() => LabelSelector.Parse(text));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Contains("position", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void From_Null_MatchesNothingAndEmptyMatchesEverything()
    {
        Assert.False(LabelSelector.From(null).Matches((IReadOnlyDictionary<string, string>)Web));
        Assert.True(LabelSelector.From(new V1LabelSelector()).Matches((IReadOnlyDictionary<string, string>)Web));
    }

    [Fact]
    public void From_ObjectForm_JoinsLabelsAndExpressions()
    {
        var selector = LabelSelector.From(new V1LabelSelector
        {
            MatchLabels = new Dictionary<string, string> { ["app"] = "web" },
            MatchExpressions = [new() { Key = "tier", OperatorProperty = "In", Values = ["front", "edge"] }, new() { Key = "old", OperatorProperty = "DoesNotExist" }],
        });
        Assert.Equal("app=web,tier in (front,edge),!old", selector.ToString());
        Assert.True(selector.Matches((IReadOnlyDictionary<string, string>)Web));
    }

    [Theory]
    [InlineData("In", 0)]
    [InlineData("Exists", 1)]
    [InlineData("Like", 1)]
    public void From_BadExpression_IsRefused(string @operator, int values) =>
        Assert.Throws<FormatException>(() => LabelSelector.From(new V1LabelSelector
        {
            MatchExpressions = [new() { Key = "a", OperatorProperty = @operator, Values = [.. Enumerable.Repeat("v", values)] }],
        }));

    [Fact]
    public void ToString_AnySelector_ReadsBackEqual() => Selectors.Sample(selector =>
    {
        var again = LabelSelector.Parse(selector.ToString());
        Assert.Equal(selector.ToString(), again.ToString());
    });

    [Fact]
    public void Matches_AnySelectorAndLabels_AgreesAfterRoundTrip() => Gen.Select(Selectors, Labels).Sample((selector, labels) =>
        selector.Matches((IReadOnlyDictionary<string, string>)labels) == LabelSelector.Parse(selector.ToString()).Matches((IReadOnlyDictionary<string, string>)labels));

    private static readonly Gen<string> Word = Gen.OneOf("a", "app", "tier", "x.y", "example.com/name", "v1", "A-b_c");
    private static readonly Gen<string> Value = Gen.OneOf("a", "web", "v1", "x.y", "A-b_c", "7", "42");
    private static readonly Gen<Dictionary<string, string>> Labels = Gen.Dictionary(Word, Value)[0, 4];
    private static readonly Gen<LabelRequirement> Requirement = Gen.Select(Word, Gen.Enum<LabelOperator>(), Value.Array[1, 3], Gen.Int[-9, 9]).Select((key, op, values, number) => op switch
    {
        LabelOperator.Exists or LabelOperator.DoesNotExist => new LabelRequirement(key, op, []),
        LabelOperator.In or LabelOperator.NotIn => new LabelRequirement(key, op, [.. values.Distinct().Order(StringComparer.Ordinal)]),
        LabelOperator.GreaterThan or LabelOperator.LessThan => new LabelRequirement(key, op, [number.ToString(System.Globalization.CultureInfo.InvariantCulture)]),
        _ => new LabelRequirement(key, op, [values[0]]),
    });
    private static readonly Gen<LabelSelector> Selectors = Requirement.Array[0, 4].Select(LabelSelector.Of);
}
