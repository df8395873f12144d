using System.Text;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Pods;

public sealed class LineDecoderTests
{
    [Theory]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\r\ntwo", "one|two")]
    [InlineData("\n\nend\n", "||end")]
    [InlineData("", "")]
    [InlineData("grüße €\n", "grüße €")]
    public void Lines_AreTheSameHoweverTheyAreCut(string text, string expected)
    {
        foreach (var size in new[] { 1, 2, 3, 1000 })
        {
            var decoder = new LineDecoder();
            var lines = Encoding.UTF8.GetBytes(text).Chunk(size).SelectMany(decoder.Add).ToList();
            if (decoder.Finish() is { } last)
            {
                lines.Add(last);
            }

            Assert.Equal(expected, string.Join('|', lines));
        }
    }

    [Fact]
    public void LineThatNeverEnds_ComesInParts()
    {
        var decoder = new LineDecoder();
        var parts = Enumerable.Range(0, 40).SelectMany(_ => decoder.Add(new byte[64 * 1024])).ToList();

        Assert.Equal(2, parts.Count);
        Assert.Equal(40 * 64 * 1024, parts.Sum(part => part.Length) + (decoder.Finish()?.Length ?? 0));
    }
}
