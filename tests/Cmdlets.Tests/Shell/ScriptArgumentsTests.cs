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
    public void Parse_ColonAtTheEnd_WithoutValue_IsASwitch() =>
        Assert.Equal("-Path", Assert.Single(ScriptArguments.Parse(["-Path:"])).Name);
}
