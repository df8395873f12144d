using Xunit.Sdk;
using Xunit.v3;

[assembly: Xunit.TestCollectionOrderer(typeof(Orchestrator.Cluster.Tests.LongestFirst))]

namespace Orchestrator.Cluster.Tests;

/// <summary>What takes minutes begins first, so that at the end nobody waits for one long collection alone.</summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] s_long = [Hosts.HostCollection.Name, "ProvisionerCrashTests", "DockerCrashTests", "VolumeCrashTests", "ManifestTests"];

    public IReadOnlyCollection<TCollection> OrderTestCollections<TCollection>(IReadOnlyCollection<TCollection> testCollections)
        where TCollection : ITestCollection => [.. testCollections.OrderBy(Place)];

    private static int Place<TCollection>(TCollection collection)
        where TCollection : ITestCollection
    {
        var place = Array.FindIndex(s_long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal));
        return place < 0 ? s_long.Length : place;
    }
}
