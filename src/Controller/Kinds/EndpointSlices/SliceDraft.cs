using k8s.Models;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>A slice while it is planned.</summary>
internal sealed class SliceDraft(V1EndpointSlice? existing)
{
    private SliceGroup? _group;

    public V1EndpointSlice? Existing { get; } = existing;
    public List<V1Endpoint> Endpoints { get; } = [.. existing?.Endpoints ?? []];
    public bool IsChanged { get; private set; } = existing is null;
    public bool IsTaken => _group is not null;

    public void Take(SliceGroup group)
    {
        _group = group;
        IsChanged |= Existing is not null && !group.Fits(Existing);
    }

    public void LetGo() => _group = null;

    /// <summary>Keeps what is wanted, in its newest state, and removes it from the list; drops the rest.</summary>
    public void Keep(Dictionary<string, V1Endpoint> wanted)
    {
        for (var i = Endpoints.Count - 1; i >= 0; i--)
        {
            if (!wanted.Remove(EndpointIdentity.Of(Endpoints[i]), out var endpoint))
            {
                Endpoints.RemoveAt(i);
                IsChanged = true;
            }
            else if (!EndpointIdentity.Same(Endpoints[i], endpoint))
            {
                Endpoints[i] = endpoint;
                IsChanged = true;
            }
        }
    }

    public void Add(Queue<V1Endpoint> endpoints, int most)
    {
        while (Endpoints.Count < most && endpoints.TryDequeue(out var endpoint))
        {
            Endpoints.Add(endpoint);
            IsChanged = true;
        }
    }

    public void Label(IReadOnlyDictionary<string, string> labels)
    {
        var has = Existing?.Metadata.Labels ?? new Dictionary<string, string>();
        IsChanged |= has.Count != labels.Count || labels.Any(label => !has.TryGetValue(label.Key, out var value) || value != label.Value);
    }

    public V1EndpointSlice Build(IReadOnlyDictionary<string, string> labels)
    {
        var metadata = Existing?.Metadata ?? new V1ObjectMeta();
        metadata.Labels = new Dictionary<string, string>(labels);
        return new()
        {
            ApiVersion = V1EndpointSlice.KubeGroup + "/" + V1EndpointSlice.KubeApiVersion,
            Kind = V1EndpointSlice.KubeKind,
            Metadata = metadata,
            AddressType = _group!.AddressType, // Only what is taken is built.
            Endpoints = Endpoints,
            Ports = [.. _group.Ports.Select(port => new Discoveryv1EndpointPort { Name = port.Name, Port = port.Number, Protocol = port.Protocol, AppProtocol = port.AppProtocol })],
        };
    }
}
