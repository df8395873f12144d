using Orchestrator.Shell;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Shell;

public sealed class ShellOptionsTests
{
    [Fact]
    public void Parse_Nothing_IsAPrompt() => Assert.True(ShellOptions.Parse([]).Options.Interactive);

    [Fact]
    public void Parse_AWordWithoutDash_IsAScriptAndTheRestIsItsOwn()
    {
        var (options, error) = ShellOptions.Parse(["-NoProfile", "a.ps1", "-Command", "x"]);

        Assert.Null(error);
        Assert.Equal("a.ps1", options.File);
        Assert.Equal(2, options.Arguments.Count);
    }

    [Theory]
    [InlineData("-c")]
    [InlineData("-Command")]
    [InlineData("--command")]
    public void Parse_Command_TakesTheRestAsOneText(string name) =>
        Assert.Equal("Get-Pod -A", ShellOptions.Parse(["-noni", name, "Get-Pod", "-A"]).Options.Command);

    [Theory]
    [InlineData("-Nonesuch")]
    [InlineData("-File")]
    public void Parse_Unknown_IsAnError(string argument) => Assert.NotNull(ShellOptions.Parse([argument]).Error);
}
