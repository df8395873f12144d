using k8s.Models;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Deployments;

public sealed class RolloutStatusTests
{
    [Theory]
    [InlineData(2, 1, 3, 3, 3, 3, false)] // Not yet seen.
    [InlineData(2, 2, 3, 1, 4, 3, false)] // Updating.
    [InlineData(2, 2, 3, 3, 4, 4, false)] // Old ones remain.
    [InlineData(2, 2, 3, 3, 3, 2, false)] // Not all available.
    [InlineData(2, 2, 3, 5, 5, 5, false)] // Scaling down.
    [InlineData(2, 2, 3, 3, 3, 3, true)]
    [InlineData(1, 1, 0, 0, 0, 0, true)]
    public void Of_Counts_DecideWhetherItIsDone(int generation, int observed, int desired, int updated, int total, int available, bool done)
    {
        var status = RolloutStatus.Of(new V1Deployment
        {
            Metadata = new V1ObjectMeta { Name = "web", Generation = generation },
            Spec = new V1DeploymentSpec { Replicas = desired },
            Status = new V1DeploymentStatus { ObservedGeneration = observed, UpdatedReplicas = updated, Replicas = total, AvailableReplicas = available },
        });

        Assert.Equal((done, false), (status.Done, status.Failed));
    }

    [Fact]
    public void Of_ProgressDeadlineExceeded_Failed() =>
        Assert.True(RolloutStatus.Of(new V1Deployment
        {
            Metadata = new V1ObjectMeta { Name = "web" },
            Status = new V1DeploymentStatus { Conditions = [new V1DeploymentCondition { Type = "Progressing", Reason = "ProgressDeadlineExceeded", Status = "False" }] },
        }).Failed);
}
