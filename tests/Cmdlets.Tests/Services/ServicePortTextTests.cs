using Xunit;

namespace Orchestrator.Cmdlets.Tests.Services;

public sealed class ServicePortTextTests
{
    [Theory]
    [InlineData("80", """{"port":80,"protocol":"TCP"}""")]
    [InlineData("80:8080", """{"port":80,"protocol":"TCP","targetPort":8080}""")]
    [InlineData("web=80:http", """{"port":80,"protocol":"TCP","name":"web","targetPort":"http"}""")]
    [InlineData("dns=53/udp", """{"port":53,"protocol":"UDP","name":"dns"}""")]
    public void Parse_Forms_AreWhatTheySay(string text, string expected) => Assert.Equal(expected, Assert.Single(ServicePortText.Parse([text], null))!.ToJsonString());

    [Fact]
    public void Parse_SeveralWithoutNames_GetOnesThatTellThemApart() => Assert.Equal(
        """[{"port":53,"protocol":"TCP","name":"tcp-53","nodePort":30053},{"port":53,"protocol":"UDP","name":"udp-53"}]""",
        ServicePortText.Parse(["53", "53/UDP"], [30053]).ToJsonString());

    [Theory]
    [InlineData("")]
    [InlineData("web")]
    [InlineData("80:")]
    [InlineData("=80")]
    [InlineData("80/TCP/UDP")]
    public void Parse_OtherText_IsRefusedWithIt(string text) =>
        Assert.Contains($"\"{text}\"", Assert.Throws<ClusterException>(() => ServicePortText.Parse([text], null)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_MoreNodePortsThanPorts_IsRefused() => Assert.Throws<ClusterException>(() => ServicePortText.Parse(["80"], [30080, 30081]));
}
