using System.Text;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Pods;

public sealed class CommandEndTests
{
    [Theory]
    [InlineData("""{"status":"Success"}""", 0)]
    [InlineData("""{"status":"Failure","reason":"NonZeroExitCode","message":"m","details":{"causes":[{"reason":"ExitCode","message":"42"}]}}""", 42)]
    [InlineData("""{"status":"Failure","reason":"InternalError","message":"no such file"}""", null)]
    [InlineData("{broken", null)]
    [InlineData("text of an old server", null)]
    public void Parse_TellsTheExitCode(string status, int? code) => Assert.Equal(code, CommandEnd.Parse(Encoding.UTF8.GetBytes(status)).ExitCode);
}
