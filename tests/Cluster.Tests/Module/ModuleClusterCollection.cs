using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

/// <summary>All of these tests share one cluster, each in a namespace of its own.</summary>
[CollectionDefinition(Name)]
public sealed class ModuleClusterCollection : ICollectionFixture<ModuleCluster>
{
    public const string Name = "Module";
}
