using CsCheck;
using k8s.Models;
using Orchestrator.Controller.Kinds.PersistentVolumes;
using Orchestrator.Model.Volumes;
using Xunit;
using static Orchestrator.Controller.Tests.Kinds.Volumes.Storage;

namespace Orchestrator.Controller.Tests.Kinds.Volumes;

public sealed class VolumePlannerTests
{
    [Fact]
    public void Plan_Phases_FollowTheClaim()
    {
        Assert.Equal("Available", Phase(Volume("free"), null));
        Assert.Equal("Pending", Phase(Provisioned(made: null), Claim()));
        Assert.Equal("Available", Phase(Provisioned(), Claim()));
        Assert.Equal("Bound", Phase(Provisioned(), Bound()));
        Assert.Equal("Released", Phase(Volume("kept", change: volume => volume.Spec.ClaimRef = new() { Name = "data", NamespaceProperty = "default", Uid = "earlier" }), Bound()));
    }

    [Fact]
    public void Plan_PreBound_IsFreeForItsClaim() =>
        Assert.Equal("Available", Phase(Volume("meant", change: volume => volume.Spec.ClaimRef = new() { Name = "data", NamespaceProperty = "default" }), null));

    [Fact]
    public void Plan_Released_IsDeletedByPolicyAlone()
    {
        Assert.True(VolumePlanner.Plan(Provisioned(), null, hasNode: true).Delete);
        Assert.False(VolumePlanner.Plan(Provisioned(change: volume => volume.Spec.PersistentVolumeReclaimPolicy = "Retain"), null, hasNode: true).Delete);
        // Nobody here knows how.
        var plan = VolumePlanner.Plan(Volume("nfs", change: volume =>
        {
            volume.Spec.PersistentVolumeReclaimPolicy = "Delete";
            volume.Spec.ClaimRef = new() { Name = "data", NamespaceProperty = "default", Uid = "earlier" };
        }), null, hasNode: true);
        Assert.Equal((VolumePhase.Failed, false), (plan.Phase, plan.Delete));
    }

    [Fact]
    public void Plan_DeletedWhileBound_IsHeld()
    {
        var volume = Provisioned(change: volume => volume.Metadata.DeletionTimestamp = DateTime.UnixEpoch);
        Assert.Empty(VolumePlanner.Plan(volume, Bound(), hasNode: true).Finalizers);
        Assert.Equal([VolumeNames.VolumeProtection], VolumePlanner.Plan(volume, null, hasNode: true).Finalizers);
        // What was made stays its agent's to let go of, even when the node is gone; what never was is not.
        Assert.Equal([VolumeNames.VolumeProtection], VolumePlanner.Plan(volume, null, hasNode: false).Finalizers);
        volume.Metadata.Annotations.Remove(VolumeNames.MadeSize);
        Assert.Equal([VolumeNames.VolumeProtection, VolumeNames.DataFinalizer], VolumePlanner.Plan(volume, null, hasNode: false).Finalizers);
    }

    [Fact]
    public void Plan_Any_NeverDeletesWhatAClaimHasOrThePolicyKeeps() => (
        from claimed in Gen.Bool
        from policy in Gen.OneOf("Delete", "Retain")
        from made in Gen.Bool
        from deleting in Gen.Bool
        from uid in Gen.OneOf("claim-uid", "earlier", "")
        from named in Gen.OneOf("", "pvc-claim-uid", "another")
        select (claimed, policy, made, deleting, uid, named)).Sample(facts =>
    {
        var volume = Provisioned(made: facts.made ? "1Gi" : null, change: item =>
        {
            item.Spec.PersistentVolumeReclaimPolicy = facts.policy;
            item.Spec.ClaimRef.Uid = facts.uid;
            item.Metadata.DeletionTimestamp = facts.deleting ? DateTime.UnixEpoch : null;
        });
        var claim = facts.claimed ? Claim(change: item => item.Spec.VolumeName = facts.named) : null;
        var plan = VolumePlanner.Plan(volume, claim, hasNode: true);
        var isHad = facts.claimed && facts.uid == "claim-uid" && facts.named == "pvc-claim-uid";
        return (!plan.Delete || (facts.policy == "Delete" && !isHad && facts.uid.Length > 0))
            && (!isHad || (plan.Phase == VolumePhase.Bound && plan.Finalizers.Count == 0 && !plan.Unbind))
            && !plan.Finalizers.Contains(VolumeNames.DataFinalizer);
    });

    private static string Phase(V1PersistentVolume volume, V1PersistentVolumeClaim? claim) => VolumePlanner.Plan(volume, claim, hasNode: true).Phase;

    private static V1PersistentVolumeClaim Bound() => Claim(change: claim => claim.Spec.VolumeName = "pvc-claim-uid");
}
