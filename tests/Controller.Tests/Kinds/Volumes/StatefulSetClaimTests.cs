using k8s.Models;
using Orchestrator.Controller.Kinds.StatefulSets;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.Volumes;

public sealed class StatefulSetClaimTests
{
    [Theory]
    [InlineData("Retain", "Retain", 0, "")]
    [InlineData("Delete", "Retain", 0, "StatefulSet")]
    [InlineData("Delete", "Retain", 5, "")]
    [InlineData("Retain", "Delete", 0, "")]
    [InlineData("Retain", "Delete", 5, "Pod")]
    [InlineData("Delete", "Delete", 0, "StatefulSet")]
    [InlineData("Delete", "Delete", 5, "Pod")]
    public void Owners_ByPolicyAndOrdinal(string whenDeleted, string whenScaled, int ordinal, string expected)
    {
        var set = Set(whenDeleted, whenScaled);
        var pod = new V1Pod { Metadata = new() { Name = $"db-{ordinal}", Uid = "pod" } };
        var claim = new V1PersistentVolumeClaim { Metadata = new() { Name = $"data-db-{ordinal}" } };
        Assert.Equal(expected, string.Join(',', (StatefulSetClaims.Owners(set, claim, ordinal, pod) ?? []).Select(owner => owner.Kind)));
    }

    [Fact]
    public void Owners_ScaledUpAgain_LetsGoOfThePod_AndLeavesOthersAlone()
    {
        var claim = new V1PersistentVolumeClaim
        {
            Metadata = new()
            {
                Name = "data-db-1",
                OwnerReferences = [new() { Kind = "Pod", Name = "db-1", Uid = "pod", ApiVersion = "v1" }, new() { Kind = "Backup", Name = "mine", Uid = "other", ApiVersion = "v1" }],
            },
        };
        Assert.Equal(["other"], StatefulSetClaims.Owners(Set("Retain", "Delete"), claim, 1, null)!.Select(owner => owner.Uid));
    }

    [Fact]
    public void Ordinal_IsTheSetsOwnNamesOnly()
    {
        var set = Set("Retain", "Retain");
        Assert.Equal([3, null, null, null], new[] { "data-db-3", "data-db-03", "log-db-3", "data-db-x-3" }.Select(name => StatefulSetClaims.Ordinal(set, name)));
    }

    private static V1StatefulSet Set(string whenDeleted, string whenScaled) => new()
    {
        Metadata = new() { Name = "db", Uid = "set" },
        Spec = new()
        {
            Replicas = 2,
            PersistentVolumeClaimRetentionPolicy = new() { WhenDeleted = whenDeleted, WhenScaled = whenScaled },
            VolumeClaimTemplates = [new() { Metadata = new() { Name = "data" } }],
        },
    };
}
