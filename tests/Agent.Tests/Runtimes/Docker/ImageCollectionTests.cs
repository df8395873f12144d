using Orchestrator.Agent.Runtimes.Docker;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

public sealed class ImageCollectionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, PulledImage> Pulled = new()
    {
        ["old"] = new(["old:1"], Now.AddHours(-2)),
        ["older"] = new(["older:1"], Now.AddHours(-3)),
        ["used"] = new(["used:1"], Now.AddHours(-9)),
        ["young"] = new(["young:1"], Now.AddMinutes(-1)),
    };

    private static readonly PresentImage[] Present = [new("old", 10), new("older", 10), new("used", 10), new("young", 10), new("others", 10)];

    [Theory]
    [InlineData(1, "older")]
    [InlineData(10, "older")]
    [InlineData(11, "older old")]
    [InlineData(1000, "older old")]
    [InlineData(0, "")]
    public void Plan_Bytes_TakesTheLongestUnusedOfOurOwn(long bytes, string expected) => Assert.Equal(
        expected.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ImageCollection.Plan(Present, Pulled, new HashSet<string> { "used" }, bytes, TimeSpan.FromMinutes(2), Now).Select(image => image.Id));

    [Fact]
    public void Ledger_NameMovesOn_BelongsToTheNewImageAlsoAfterAReload()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-").FullName;
        try
        {
            var ledger = new ImageLedger(folder);
            ledger.Pulled("one", "app:latest", Now);
            ledger.Pulled("two", "app:latest", Now);
            ledger.Used(["two", "stranger"], Now.AddHours(1));
            var read = new ImageLedger(folder).Images;
            Assert.Empty(read["one"].Names);
            Assert.Equal("app:latest", Assert.Single(read["two"].Names));
            Assert.Equal(Now.AddHours(1), read["two"].UsedAt);
            Assert.False(read.ContainsKey("stranger"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
