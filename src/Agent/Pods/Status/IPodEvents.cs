using k8s.Models;

namespace Orchestrator.Agent.Pods.Status;

/// <summary>Where events about pods go. Taking one never waits and never fails.</summary>
internal interface IPodEvents
{
    /// <param name="container">The container it is about, or null for the pod.</param>
    void Publish(V1Pod pod, V1Container? container, string type, string reason, string message);
}

internal static class EventTypes
{
    public const string Normal = "Normal";
    public const string Warning = "Warning";
}
