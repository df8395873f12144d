using System.Collections;
using System.Management.Automation;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Base;

public sealed class KeyValueTransformationTests
{
    [Fact]
    public void Transform_TextsAndDictionaries_AreTheSame()
    {
        Assert.Equal("a=1,b=x=y,c=", Text("a=1", "b=x=y", "c="));
        Assert.Equal("a=1", Text(new Hashtable { ["a"] = 1 }));
        Assert.Equal("a=2", Text(new object[] { "a=1", "a=2" }));
    }

    [Theory]
    [InlineData("novalue")]
    [InlineData("=x")]
    public void Transform_NoKey_IsRefusedByItsText(string text) =>
        Assert.Contains(text, Assert.Throws<ArgumentTransformationMetadataException>(() => Text(text)).Message, StringComparison.Ordinal);

    private static string Text(params object[] input)
    {
        var map = (IDictionary?)new KeyValueTransformationAttribute().Transform(null!, input.Length == 1 ? input[0] : input); // It asks the engine nothing.
        return string.Join(',', (map ?? new Hashtable()).Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}"));
    }
}
