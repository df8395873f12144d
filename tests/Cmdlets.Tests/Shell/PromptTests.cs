using Orchestrator.Shell;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Shell;

public sealed class PromptTests
{
    [Theory]
    [InlineData("Get-Pod |")]
    [InlineData("foreach ($x in 1,2) {")]
    [InlineData("@'\ntext")]
    public void IsIncomplete_OpenStatement_True(string text) => Assert.True(Prompt.IsIncomplete(text));

    [Theory]
    [InlineData("Get-Pod")]
    [InlineData("1 +* 2")]
    public void IsIncomplete_WholeOrWrongStatement_False(string text) => Assert.False(Prompt.IsIncomplete(text));
}
