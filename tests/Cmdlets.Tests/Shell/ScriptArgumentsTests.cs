using Orchestrator.Shell;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Shell;

public sealed class ScriptArgumentsTests
{
    [Fact]
    public void Parse_NamesSwitchesAndValues_BecomeParameters()
    {
        var parameters = ScriptArguments.Parse(["first", "-Task", "Test", "-Fast:$false", "-Path:", "x", "-"]);

        Assert.Equal(
            [(null, "first"), ("-Task", null), (null, "Test"), ("-Fast", false), ("-Path", "x"), (null, "-")],
            parameters.Select(parameter => ((string?)parameter.Name, (object?)parameter.Value)));
    }
    [Fact]
    public void F() => Assert.Equal(1,2);
    [Fact(Skip="x")]
    public void G() => Assert.Equal(1,2);
}
