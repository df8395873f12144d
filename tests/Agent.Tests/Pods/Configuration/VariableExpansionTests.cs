using CsCheck;
using Orchestrator.Agent.Pods.Configuration;
using Xunit;

namespace Orchestrator.Agent.Tests.Pods.Configuration;

public sealed class VariableExpansionTests
{
    private static readonly Dictionary<string, string> Known = new() { ["A"] = "1", ["B"] = "$(A)", ["EMPTY"] = "" };

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$(A)", "1")]
    [InlineData("x$(A)y$(EMPTY)z", "x1yz")]
    [InlineData("$(B)", "$(A)")]
    [InlineData("$(NONE)", "$(NONE)")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$$(A)", "$1")]
    [InlineData("$$$$(A)", "$$(A)")]
    [InlineData("$(A", "$(A")]
    [InlineData("$A $", "$A $")]
    [InlineData("$()", "$()")]
    public void Expand_Cases(string text, string expected) => Assert.Equal(expected, VariableExpansion.Expand(text, Known));

    [Fact]
    public void Expand_TextWithDoubledDollars_ComesBackAsItWas() =>
        Gen.String[Gen.Char["$()A x"], 0, 20].Sample(text =>
            VariableExpansion.Expand(text.Replace("$", "$$", StringComparison.Ordinal), Known) == text);
}
