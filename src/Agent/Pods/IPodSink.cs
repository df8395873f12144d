using k8s.Models;

namespace Orchestrator.Agent.Pods;

/// <summary>Who is told what the API has of pods.</summary>
internal interface IPodSink
{
    /// <summary>The API has exactly these: the others are gone.</summary>
    Task ReplaceAsync(IReadOnlyList<V1Pod> pods, CancellationToken cancellationToken);

    void Set(V1Pod pod);

    void Remove(V1Pod pod);
}
