using Orchestrator.Agent.Nodes.Eviction;
using Xunit;

namespace Orchestrator.Agent.Tests.Nodes;

public sealed class PressureEventsTests
{
    [Fact]
    public void Tell_WhatChanged_IsToldOnce()
    {
        List<string> told = [];
        var events = new PressureEvents("n1", (about, type, reason, message) => told.Add($"{about.Kind} {about.Name} {type} {message}"));
        events.Tell(NodePressure.None);
        events.Tell(new(Memory: false, Disk: true, Pids: false));
        events.Tell(new(Memory: true, Disk: true, Pids: false));
        events.Tell(NodePressure.None);
        Assert.Equal(
            [
                "Node n1 Warning Node n1 status is now: NodeHasDiskPressure",
                "Node n1 Warning Node n1 status is now: NodeHasInsufficientMemory",
                "Node n1 Normal Node n1 status is now: NodeHasSufficientMemory",
                "Node n1 Normal Node n1 status is now: NodeHasNoDiskPressure",
            ], told);
    }
}
