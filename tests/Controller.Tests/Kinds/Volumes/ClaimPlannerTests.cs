using k8s.Models;
using Orchestrator.Controller.Kinds.PersistentVolumeClaims;
using Orchestrator.Model.Volumes;
using Xunit;
using static Orchestrator.Controller.Tests.Kinds.Volumes.Storage;

namespace Orchestrator.Controller.Tests.Kinds.Volumes;

public sealed class ClaimPlannerTests
{
    [Fact]
    public void Plan_SeveralSuit_TakesTheSmallest()
    {
        var bind = Assert.IsType<ClaimStep.Bind>(Plan(Claim(), Volume("large", "10Gi"), Volume("small", "2Gi"), Volume("tiny", "512Mi")));
        Assert.Equal(("small", true), (bind.Volume.Metadata.Name, bind.IsChoice));
    }

    [Fact]
    public void Plan_NoneSuits_MakesOne()
    {
        V1PersistentVolume[] none =
        [
            Volume("other-class", @class: "slow"), Volume("too-small", "1Mi"), Volume("read-only", change: volume => volume.Spec.AccessModes = ["ReadOnlyMany"]),
            Volume("device", change: volume => volume.Spec.VolumeMode = "Block"), Volume("taken", change: volume => volume.Spec.ClaimRef = new() { Name = "data", NamespaceProperty = "other" }),
            Volume("going", change: volume => volume.Metadata.DeletionTimestamp = DateTime.UnixEpoch), Volume("released", change: volume => volume.Status.Phase = "Released"),
        ];
        Assert.Equal("n1", Assert.IsType<ClaimStep.Provision>(Plan(Claim(), none)).Node.Metadata.Name);
    }

    [Fact]
    public void Plan_Selector_NarrowsWhatSuits_AndIsNothingThatCanBeMade()
    {
        var claim = Claim(change: claim => claim.Spec.Selector = new() { MatchLabels = new Dictionary<string, string> { ["disk"] = "ssd" } });
        Assert.Equal("ProvisioningFailed", Assert.IsType<ClaimStep.Wait>(Plan(claim, Volume("plain"))).Reason);
        Assert.Equal("fast", Assert.IsType<ClaimStep.Bind>(Plan(claim, Volume("plain"), Volume("fast", change: volume => volume.Metadata.Labels = new Dictionary<string, string> { ["disk"] = "ssd" }))).Volume.Metadata.Name);
    }

    [Fact]
    public void Plan_WaitForFirstConsumer_WaitsForANode_AndThenTakesOnlyWhatTheNodeReaches()
    {
        var @class = Class("WaitForFirstConsumer");
        Assert.Equal("WaitForFirstConsumer", Assert.IsType<ClaimStep.Wait>(ClaimPlanner.Plan(Claim(), [Volume("free")], @class, Nodes)).Reason);
        var claim = Claim(change: claim => claim.Metadata.Annotations[VolumeNames.SelectedNode] = "n2");
        var elsewhere = Volume("elsewhere", change: volume => volume.Spec.NodeAffinity = Only("n1"));
        Assert.Equal("n2", Assert.IsType<ClaimStep.Provision>(ClaimPlanner.Plan(claim, [elsewhere], @class, Nodes)).Node.Metadata.Name);
        Assert.Equal("here", Assert.IsType<ClaimStep.Bind>(ClaimPlanner.Plan(claim, [elsewhere, Volume("here", "5Gi", change: volume => volume.Spec.NodeAffinity = Only("n2"))], @class, Nodes)).Volume.Metadata.Name);
        claim.Metadata.Annotations[VolumeNames.SelectedNode] = "gone";
        Assert.IsType<ClaimStep.ChooseAgain>(ClaimPlanner.Plan(claim, [], @class, Nodes));
    }

    [Fact]
    public void Plan_OwnVolume_IsWaitedForUntilItIsMade()
    {
        Assert.Equal("Provisioning", Assert.IsType<ClaimStep.Wait>(Plan(Claim(), Provisioned(made: null))).Reason);
        Assert.False(Assert.IsType<ClaimStep.Bind>(Plan(Claim(), Provisioned())).IsChoice);
        var failed = Provisioned(made: null, change: volume => volume.Metadata.Annotations[VolumeNames.Problem] = "Failed: no disk");
        Assert.Contains("no disk", Assert.IsType<ClaimStep.Wait>(Plan(Claim(), failed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_NodeHasNoRoom_ChoosesAgain_IfAnybodyChose()
    {
        var full = Provisioned(made: null, change: volume => volume.Metadata.Annotations[VolumeNames.Problem] = "ResourceExhausted: full");
        Assert.IsType<ClaimStep.Wait>(Plan(Claim(), full));
        var selected = Claim(change: claim => claim.Metadata.Annotations[VolumeNames.SelectedNode] = "n1");
        Assert.Same(full, Assert.IsType<ClaimStep.ChooseAgain>(Plan(selected, full)).Unmade);
    }

    [Fact]
    public void Plan_NamedVolume_IsBoundIfItSuitsAndIsFree()
    {
        var claim = Claim(change: claim => claim.Spec.VolumeName = "wanted");
        Assert.IsType<ClaimStep.Bind>(Plan(claim, Volume("wanted")));
        Assert.Equal("VolumeMismatch", Assert.IsType<ClaimStep.Wait>(Plan(claim, Volume("wanted", "1Mi"))).Reason);
        Assert.Contains("already bound to a different claim", Assert.IsType<ClaimStep.Wait>(Plan(claim, Volume("wanted", change: volume => volume.Spec.ClaimRef = new() { Name = "data", NamespaceProperty = "default", Uid = "earlier" }))).Message, StringComparison.Ordinal);
        Assert.Contains("not found", Assert.IsType<ClaimStep.Wait>(Plan(claim)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_Bound_IsConfirmedOrLost()
    {
        var claim = Claim(change: claim =>
        {
            claim.Spec.VolumeName = "pvc-claim-uid";
            claim.Metadata.Annotations[VolumeNames.BindCompleted] = "yes";
        });
        Assert.IsType<ClaimStep.Confirm>(Plan(claim, Provisioned()));
        Assert.Equal("ClaimLost", Assert.IsType<ClaimStep.Lose>(Plan(claim)).Reason);
        Assert.Equal("ClaimMisbound", Assert.IsType<ClaimStep.Lose>(Plan(claim, Provisioned(change: volume => volume.Spec.ClaimRef.Uid = "another"))).Reason);
    }

    [Fact]
    public void Plan_Deleted_IsNeverBoundAnew() => Assert.Null(Plan(Claim(change: claim => claim.Metadata.DeletionTimestamp = DateTime.UnixEpoch), Volume("free")));

    private static V1Node[] Nodes => [Node("n1"), Node("n2")];

    private static ClaimStep? Plan(V1PersistentVolumeClaim claim, params V1PersistentVolume[] volumes) => ClaimPlanner.Plan(claim, volumes, Class(), Nodes);

    private static V1VolumeNodeAffinity Only(string node) => new()
    {
        Required = new() { NodeSelectorTerms = [new() { MatchExpressions = [new() { Key = "kubernetes.io/hostname", OperatorProperty = "In", Values = [node] }] }] },
    };
}
