using System.Text;
using Orchestrator.Controller.Storage;
using Xunit;

namespace Orchestrator.Controller.Tests.Storage;

public sealed class EncodedObjectTests
{
    private const string Plain = """{"kind":"Pod","metadata":{"name":"a"},"spec":{}}""";

    [Fact]
    public void Versions_AreTheClients_AndTheObjectStaysAsItCame()
    {
        var item = Of(Plain);
        Assert.Equal(Plain, Text(item.Bytes));
        var first = item.WithRevision(7);
        Assert.Equal("""{"kind":"Pod","metadata":{"resourceVersion":"7","name":"a"},"spec":{}}""", Text(first));
        // Kept once: the form that clients asked for is what is kept.
        Assert.Same(first, item.WithRevision(7));
        Assert.Equal(Plain, Text(item.Bytes));
        // A deletion is the last state at a later revision.
        Assert.Equal("""{"kind":"Pod","metadata":{"resourceVersion":"12345678901","name":"a"},"spec":{}}""", Text(item.WithRevision(12_345_678_901)));
        Assert.Same(first, item.WithRevision(7));
    }

    [Theory]
    [InlineData(Plain, true)]
    [InlineData("""{"kind":"Pod","metadata":{"name":"b"},"spec":{}}""", false)]
    [InlineData("""{"kind":"Pod","metadata":{"name":"a"},"spec":{"x":1}}""", false)]
    [InlineData("""{"metadata":{"name":"a"},"kind":"Pod","spec":{}}""", false)]
    public void Content_IsComparedWithoutVersions(string other, bool same)
    {
        var (mine, theirs) = (Of(Plain), Of(other));
        Assert.Equal(same, mine.HasContentOf(theirs));
        mine.WithRevision(3);
        Assert.Equal(same, mine.HasContentOf(theirs));
        Assert.Equal(same, theirs.HasContentOf(mine));
        theirs.WithRevision(444);
        Assert.Equal(same, mine.HasContentOf(theirs));
    }

    private static EncodedObject Of(string json) => EncodedObject.Of(Encoding.UTF8.GetBytes(json), []);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
