using Xunit;

namespace Orchestrator.Cmdlets.Tests.LocalClusters;

public sealed class PodRangeTests
{
    [Fact]
    public void Choose_IsAlwaysTheSameSixteenOf127_64()
    {
        var range = PodRange.Choose("/some/where");

        Assert.Matches(@"^127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.0\.0/16$", range);
        Assert.Equal(range, PodRange.Choose("/some/where"));
    }
}
