using k8s.Models;
using Orchestrator.Controller.Kinds.PersistentVolumeClaims;
using Orchestrator.Model.Volumes;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.Volumes;

public sealed class ClaimStatusTests
{
    private static readonly DateTime s_now = new(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("1Gi", "1Gi", null)]
    [InlineData("2Gi", "1Gi", "Resizing")]
    [InlineData("2Gi", "2Gi", "FileSystemResizePending")]
    public void Of_Growing_HasTheConditionOfItsStep_AndTheCapacityThatIsThere(string wanted, string asked, string? expected)
    {
        var status = ClaimStatus.Of(Storage.Claim(wanted), Storage.Provisioned(change: volume => volume.Spec.Capacity["storage"] = new(asked)), s_now);
        Assert.Equal("1Gi", status.Capacity["storage"].ToString());
        Assert.Equal(expected, status.Conditions is null ? null : Assert.Single(status.Conditions).Type);
    }

    [Fact]
    public void Of_ProblemWithGrowing_IsInTheCondition()
    {
        var status = ClaimStatus.Of(Storage.Claim("2Gi"), Storage.Provisioned(change: volume =>
        {
            volume.Spec.Capacity["storage"] = new("2Gi");
            volume.Metadata.Annotations[VolumeNames.Problem] = "InUse: it cannot grow while it is used";
        }), s_now);
        var condition = Assert.Single(status.Conditions);
        Assert.Equal(("FileSystemResizePending", "InUse", "InUse: it cannot grow while it is used"), (condition.Type, condition.Reason, condition.Message));
    }

    [Fact]
    public void Of_FullVolume_HasTheCondition_SinceItWasFull_AndLosesIt()
    {
        var full = Storage.Provisioned(change: volume => volume.Metadata.Annotations[VolumeNames.Full] = "NoSpaceLeft: the volume has no space left");
        var claim = Storage.Claim();
        claim.Status = ClaimStatus.Of(claim, full, s_now);
        claim.Status = ClaimStatus.Of(claim, full, s_now.AddHours(1));
        var condition = Assert.Single(claim.Status.Conditions);
        Assert.Equal(("VolumeFull", "True", "NoSpaceLeft", "the volume has no space left"), (condition.Type, condition.Status, condition.Reason, condition.Message));
        Assert.Equal(s_now, condition.LastTransitionTime);
        Assert.Null(ClaimStatus.Of(claim, Storage.Provisioned(), s_now).Conditions);
    }

    [Theory]
    [InlineData("1Gi", "1Gi", "1Gi", null)]
    [InlineData("2Gi", "1Gi", "1Gi", "2Gi")]
    [InlineData("2Gi", "2Gi", "1Gi", null)]
    // The node could not make it as large, and less is wanted now.
    [InlineData("2Gi", "9Gi", "1Gi", "2Gi")]
    [InlineData("1Gi", "9Gi", "1Gi", "1Gi")]
    // It was made so large in the meantime.
    [InlineData("2Gi", "2Gi", "9Gi", "9Gi")]
    // A volume that was there before may be larger than what is wanted of it.
    [InlineData("1Gi", "9Gi", "9Gi", null)]
    public void SizeToAskFor_IsWhatIsWanted_AndNeverLessThanThereIs(string wanted, string asked, string made, string? expected)
    {
        var volume = Storage.Provisioned(made: made, change: volume => volume.Spec.Capacity["storage"] = new(asked));
        Assert.Equal(expected, ClaimStatus.SizeToAskFor(Storage.Claim(wanted), volume)?.ToString());
    }

    [Fact]
    public void Of_ConditionsOfOthers_Stay()
    {
        var claim = Storage.Claim();
        claim.Status.Conditions = [new() { Type = "Theirs", Status = "True" }, new() { Type = "Resizing", Status = "True" }];
        Assert.Equal("Theirs", Assert.Single(ClaimStatus.Of(claim, Storage.Provisioned(), s_now).Conditions).Type);
    }
}
