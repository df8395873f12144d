using CsCheck;
using k8s.Models;
using Orchestrator.Agent.Volumes.Persistent;
using Orchestrator.Model.Volumes;
using Xunit;

namespace Orchestrator.Agent.Tests.Volumes.Persistent;

public sealed class KeepPlanTests
{
    [Theory]
    [InlineData(null, false, false, KeepStep.Make)]
    [InlineData("16Mi", false, false, KeepStep.Confirm)]
    [InlineData("16Mi", true, false, KeepStep.None)]
    [InlineData("8Mi", true, false, KeepStep.Grow)]
    [InlineData("16Mi", true, true, KeepStep.Unmount)]
    internal void Of_Wanted_GoesOnWhereItIs(string? made, bool confirmed, bool mounted, KeepStep expected)
    {
        var volume = Volume(made, "Delete", "Available", deleting: false);
        Assert.Equal(expected, KeepPlan.Of(volume, Record(volume, confirmed), isUsed: false, mounted));
    }

    [Theory]
    [InlineData("Delete", "Released", KeepStep.Remove)]
    [InlineData("Retain", "Released", KeepStep.LetGo)]
    [InlineData("Delete", "Bound", KeepStep.None)]
    [InlineData("Retain", "Bound", KeepStep.None)]
    internal void Of_Deleted_FollowsThePolicy(string policy, string phase, KeepStep expected)
    {
        var volume = Volume("16Mi", policy, phase, deleting: true);
        Assert.Equal(expected, KeepPlan.Of(volume, Record(volume, true), isUsed: false, isMounted: false));
        Assert.Equal(KeepStep.None, KeepPlan.Of(volume, Record(volume, true), isUsed: true, isMounted: true));
    }

    [Fact]
    public void Of_Any_RemovesDataOnlyWhereThePolicySaysSoAndNobodyHasIt() => (
        from made in Gen.OneOf("", "8Mi", "16Mi")
        from policy in Gen.OneOf("Delete", "Retain")
        from phase in Gen.OneOf("Pending", "Available", "Bound", "Released")
        from deleting in Gen.Bool
        from record in Gen.OneOf("none", "made", "confirmed")
        from used in Gen.Bool
        from mounted in Gen.Bool
        select (made, policy, phase, deleting, record, used, mounted)).Sample(facts =>
    {
        var volume = Volume(facts.made.Length == 0 ? null : facts.made, facts.policy, facts.phase, facts.deleting);
        var step = KeepPlan.Of(volume, facts.record == "none" ? null : Record(volume, facts.record == "confirmed"), facts.used, facts.mounted);
        var neverHadData = facts.made.Length == 0 && facts.record != "confirmed";
        return (step != KeepStep.Remove || (facts.deleting && !facts.used && facts.phase != "Bound" && (facts.policy == "Delete" || neverHadData)))
            && (step != KeepStep.Unmount || !facts.used);
    });

    private static VolumeRecord Record(V1PersistentVolume volume, bool confirmed) => new(VolumeOrder.Of(volume), confirmed);

    private static V1PersistentVolume Volume(string? made, string policy, string phase, bool deleting)
    {
        var volume = new FakeVolumeApi().AddVolume("v", policy);
        volume.Status.Phase = phase;
        volume.Metadata.DeletionTimestamp = deleting ? DateTime.UnixEpoch : null;
        volume.Metadata.Annotations = made is null ? null : new Dictionary<string, string> { [VolumeNames.MadeSize] = made };
        return volume;
    }
}
