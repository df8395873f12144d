using k8s.Models;
using Orchestrator.Agent.Daemons;

namespace Orchestrator.Agent.Tests.Daemons;

internal sealed class FakeDaemonApi : IDaemonApi
{
    public Dictionary<string, V1Pod> Created { get; } = [];

    /// <summary>The pod is made, and the answer does not arrive.</summary>
    public bool LosesAnswers { get; set; }

    public bool Refuses { get; set; }

    public Task<bool> CreateAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (Refuses)
        {
            throw new DaemonRefusedException("no", new InvalidOperationException());
        }
        var made = Created.TryAdd(pod.Metadata.Name, pod);
        return LosesAnswers ? throw new HttpRequestException("lost") : Task.FromResult(made);
    }

    public Task DeleteAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (Created.TryGetValue(pod.Metadata.Name, out var known) && known.Metadata.Uid == pod.Metadata.Uid)
        {
            Created.Remove(pod.Metadata.Name);
        }
        return Task.CompletedTask;
    }
}
