using System.Runtime.CompilerServices;
using System.Threading.Channels;
using k8s.Models;
using Orchestrator.Agent.Pods;

namespace Orchestrator.Agent.Tests.Pods;

/// <summary>A feed whose lists and changes the test decides; a change of null says that the revision has expired.</summary>
internal sealed class FakePodFeed : IPodFeed
{
    private readonly Channel<(PodChange Change, V1Pod Pod)?> _changes = Channel.CreateUnbounded<(PodChange, V1Pod)?>();

    public IReadOnlyList<V1Pod> Pods { get; set; } = [];

    public string Revision { get; set; } = "1";

    public List<string> WatchedFrom { get; } = [];

    public void Change(PodChange change, V1Pod pod) => _changes.Writer.TryWrite((change, pod));

    public void Expire() => _changes.Writer.TryWrite(null);

    public Task<V1PodList> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new V1PodList { Items = [.. Pods], Metadata = new() { ResourceVersion = Revision } });

    public async IAsyncEnumerable<(PodChange Change, V1Pod Pod)> WatchAsync(string revision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        lock (WatchedFrom)
        {
            WatchedFrom.Add(revision);
        }
        await foreach (var change in _changes.Reader.ReadAllAsync(cancellationToken))
        {
            yield return change ?? throw new FeedExpiredException();
        }
    }
}
