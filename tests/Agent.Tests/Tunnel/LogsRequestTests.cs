using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Tunnel;
using Xunit;

namespace Orchestrator.Agent.Tests.Tunnel;

public sealed class LogsRequestTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);

    [Fact]
    public void Parse_All_IsRead()
    {
        var request = Parse("follow=true&tailLines=5&sinceSeconds=30&timestamps=1&previous=false&limitBytes=100");
        Assert.Equal(new LogsRequest(new LogQuery(true, 5, Now.AddSeconds(-30)), true, false, 100), request);
    }

    [Theory]
    [InlineData("tailLines=-1", "tailLines")]
    [InlineData("limitBytes=0", "limitBytes")]
    [InlineData("follow=maybe", "follow")]
    [InlineData("sinceTime=yesterday", "sinceTime")]
    [InlineData("sinceTime=2026-01-01T00:00:00Z&sinceSeconds=3", "at most one")]
    public void Parse_Wrong_NamesTheOption(string query, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => Parse(query)).Message, StringComparison.Ordinal);

    [Fact]
    public void Write_TimestampAndLimit_CutsAtTheByte()
    {
        var output = new ArrayBufferWriter<byte>();
        var chunk = new LogChunk(Now.AddTicks(1234567), Encoding.UTF8.GetBytes("hello"), true, true);
        LogLine.Write(output, chunk, timestamp: true, long.MaxValue);
        Assert.Equal(3, LogLine.Write(output, chunk, timestamp: false, 3));
        Assert.Equal("2026-01-01T00:01:00.123456700Z hello\nhel", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static LogsRequest Parse(string query) => LogsRequest.Parse(
        new QueryCollection(query.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => new StringValues(pair[1]))), Now);
}
