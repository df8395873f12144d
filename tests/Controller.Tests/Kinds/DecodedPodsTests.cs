using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Controller.Kinds;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds;

public sealed class DecodedPodsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Of_ALargeOwner_DecodesOnlyWhatChanged()
    {
        using var decoded = new DecodedPods(_time);
        var items = Items(150, _ => 1);
        var first = decoded.Of("owner", items);
        Assert.Equal(items.Select(item => item.Key.Name), first.Select(pod => pod.Metadata.Name));
        // One changed, one went, one came.
        var second = decoded.Of("owner", [.. Items(151, number => number == 7 ? 2 : 1).Skip(1)]);
        Assert.Equal(150, second.Length);
        Assert.Equal("2", second[6].Metadata.ResourceVersion);
        Assert.Equal([6, 149], Enumerable.Range(0, 150).Where(at => !first.Contains(second[at])));
    }

    [Fact]
    public void Of_ASmallOwner_RemembersNothing()
    {
        using var decoded = new DecodedPods(_time);
        var items = Items(99, _ => 1);
        Assert.Empty(decoded.Of("owner", items).Intersect(decoded.Of("owner", items)));
    }

    [Fact]
    public void Of_AnOwnerNobodyAskedAbout_IsLetGo_OthersStay()
    {
        using var decoded = new DecodedPods(_time);
        var items = Items(100, _ => 1);
        var (left, kept) = (decoded.Of("left", items), decoded.Of("kept", items));
        for (var seconds = 0; seconds < 25; seconds += 5)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal(kept, decoded.Of("kept", items));
        }
        Assert.Empty(decoded.Of("left", items).Intersect(left));
    }

    private static CachedObject[] Items(int count, Func<int, long> revision) => [.. Enumerable.Range(0, count).Select(number => new CachedObject(
        new("pods", "default", string.Create(CultureInfo.InvariantCulture, $"p-{number}")),
        EncodedObject.Of(Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"p-{{{number}}}","uid":"u-{{{number}}}"},"spec":{"containers":[]}}"""), []), revision(number)))];
}
