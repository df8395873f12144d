using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Pods;

public sealed class StatusPublisherTests
{
    /// <summary>An agent that is killed has noted what it was about to tell.</summary>
    [Fact]
    public async Task Restored_WhatTheApiWasNeverTold_IsToldOnceTheApiIsSeen()
    {
        var api = new FakePodApi();
        var (noted, shown) = (Pod("p", Shell("c", "exit 57")), Pod("p", Shell("c", "exit 57")));
        noted.Status = new() { Phase = "Failed" };
        shown.Status = new() { Phase = "Running" };
        await using var publisher = new StatusPublisher(noted, isRestored: true, api, TimeProvider.System, NullLogger.Instance);
        Assert.False(publisher.Publish(noted, noted.Status));
        publisher.Observe(shown);
        Assert.True(publisher.Publish(shown, noted.Status));
        await publisher.FlushAsync(ProcessHarness.Cancellation);
        Assert.Equal("Failed", api.Statuses["p"].Phase);
        // Later news are the echo of what was told.
        publisher.Observe(shown);
        Assert.False(publisher.Publish(shown, noted.Status));
    }
}
