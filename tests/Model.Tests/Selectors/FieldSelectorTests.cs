using CsCheck;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Model.Tests.Selectors;

public sealed class FieldSelectorTests
{
    [Theory]
    [InlineData("status.phase=Running", true)]
    [InlineData("status.phase==Running", true)]
    [InlineData("status.phase!=Running", false)]
    [InlineData("spec.nodeName=", true)]
    [InlineData("status.phase=Running,spec.nodeName!=n1", true)]
    [InlineData("", true)]
    public void Matches_DocumentedForms_Agree(string text, bool expected) =>
        Assert.Equal(expected, FieldSelector.Parse(text).Matches(field => field == "status.phase" ? "Running" : null));

    [Theory]
    [InlineData("status.phase")]
    [InlineData("=x")]
    public void Parse_Malformed_IsRefused(string text) => Assert.Throws<FormatException>(() => FieldSelector.Parse(text));

    [Fact]
    public void ToString_AnyValue_ReadsBackEqual() => Gen.String[Gen.Char["ab,=\\! "], 0, 8].Sample(value =>
        FieldSelector.Parse(FieldSelector.Equal("metadata.name", value).ToString()).Required("metadata.name") == value);
}
