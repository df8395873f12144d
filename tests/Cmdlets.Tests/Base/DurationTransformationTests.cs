using Xunit;

namespace Orchestrator.Cmdlets.Tests.Base;

public sealed class DurationTransformationTests
{
    [Theory]
    [InlineData("30", 30)]
    [InlineData("1m30s", 90)]
    [InlineData("500ms", 0.5)]
    [InlineData("2h", 7200)]
    [InlineData("00:01:30", 90)]
    [InlineData("1.5m", 90)]
    public void Parse_Durations_AreUnderstood(string text, double seconds) =>
        Assert.Equal(seconds, DurationTransformationAttribute.Parse(text)?.TotalSeconds);

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("5x")]
    [InlineData("m")]
    [InlineData("1:2:3:4:5")]
    public void Parse_OtherTexts_AreNot(string text) => Assert.Null(DurationTransformationAttribute.Parse(text));
}
