using k8s;
using k8s.Models;
using Orchestrator.Agent.Pods;

namespace Orchestrator.Agent.Daemons;

/// <summary>Where a follower puts what the API shows. One writer only.</summary>
internal interface IObjectSink<in T> where T : IKubernetesObject<V1ObjectMeta>
{
    void Replace(IEnumerable<T> items);

    void Apply(PodChange change, T item);
}
