using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Agent.Daemons;
using Orchestrator.Agent.Pods;

namespace Orchestrator.Agent.Networking;

/// <summary>
/// Every service of the cluster with its endpoints, as last seen: what names resolve to and where connections go. What was seen stays while
/// the API is away. Readers take a snapshot; the two followers of the API are the writers.
/// </summary>
internal sealed class ServiceDirectory
{
    private const string ServiceLabel = "kubernetes.io/service-name";

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<ServiceName, V1Service> _services = [];
    private readonly Dictionary<ServiceName, Dictionary<string, V1EndpointSlice>> _slices = [];
    private readonly Dictionary<ServiceName, V1EndpointSlice> _here = [];
    private volatile ImmutableDictionary<ServiceName, ServiceState> _states = ImmutableDictionary<ServiceName, ServiceState>.Empty;

    public ServiceDirectory() => (Services, Slices) = (new ServiceSink(this), new SliceSink(this));

    /// <summary>Called after each change with the services that changed, came or went; one call at a time, on the follower's thread.</summary>
    public event Action<IReadOnlyCollection<ServiceName>>? Changed;

    /// <summary>Ends when services were read for the first time, from the API or from what was kept of it.</summary>
    public Task Known => _known.Task;

    public ImmutableDictionary<ServiceName, ServiceState> States => _states;

    public IObjectSink<V1Service> Services { get; }

    public IObjectSink<V1EndpointSlice> Slices { get; }

    /// <summary>This node has an answer of its own for a service: what the API has of its endpoints does not count here.</summary>
    public void AnswerHere(ServiceName name, V1EndpointSlice slice)
    {
        lock (_lock)
        {
            _here[name] = slice;
            Publish([name]);
        }
    }

    private void Publish(HashSet<ServiceName> names)
    {
        var states = _states.ToBuilder();
        var changed = new List<ServiceName>(names.Count);
        foreach (var name in names)
        {
            var before = states.GetValueOrDefault(name);
            if (!_services.TryGetValue(name, out var service))
            {
                // Slices alone are nobody's yet.
                if (states.Remove(name))
                {
                    changed.Add(name);
                }
                continue;
            }
            states[name] = new(service, _here.TryGetValue(name, out var here) ? [here] : _slices.TryGetValue(name, out var slices) ? [.. slices.Values.OrderBy(slice => slice.Metadata.Name, StringComparer.Ordinal)] : []);
            changed.Add(name);
        }
        _states = states.ToImmutable();
        if (changed.Count > 0)
        {
            Changed?.Invoke(changed);
        }
    }

    private static ServiceName? Owner(V1EndpointSlice slice) =>
        slice.Metadata.Labels?.TryGetValue(ServiceLabel, out var name) == true && !string.IsNullOrEmpty(name) ? new(slice.Metadata.NamespaceProperty, name) : null;

    private sealed class ServiceSink(ServiceDirectory directory) : IObjectSink<V1Service>
    {
        public void Replace(IEnumerable<V1Service> items)
        {
            lock (directory._lock)
            {
                var names = directory._services.Keys.ToHashSet();
                directory._services.Clear();
                foreach (var item in items)
                {
                    var name = Name(item);
                    directory._services[name] = item;
                    names.Add(name);
                }
                directory.Publish(names);
            }
            directory._known.TrySetResult();
        }

        public void Apply(PodChange change, V1Service item)
        {
            lock (directory._lock)
            {
                var name = Name(item);
                if (change == PodChange.Removed)
                {
                    directory._services.Remove(name);
                }
                else
                {
                    directory._services[name] = item;
                }
                directory.Publish([name]);
            }
        }

        private static ServiceName Name(V1Service item) => new(item.Metadata.NamespaceProperty, item.Metadata.Name);
    }

    private sealed class SliceSink(ServiceDirectory directory) : IObjectSink<V1EndpointSlice>
    {
        /// <summary>Whose each slice was: its label may have changed.</summary>
        private readonly Dictionary<(string Namespace, string Name), ServiceName> _owners = [];

        public void Replace(IEnumerable<V1EndpointSlice> items)
        {
            lock (directory._lock)
            {
                var names = directory._slices.Keys.ToHashSet();
                directory._slices.Clear();
                _owners.Clear();
                foreach (var item in items)
                {
                    Put(item, names);
                }
                directory.Publish(names);
            }
        }

        public void Apply(PodChange change, V1EndpointSlice item)
        {
            lock (directory._lock)
            {
                var names = new HashSet<ServiceName>();
                if (_owners.Remove((item.Metadata.NamespaceProperty, item.Metadata.Name), out var owner) && directory._slices.TryGetValue(owner, out var slices))
                {
                    slices.Remove(item.Metadata.Name);
                    if (slices.Count == 0)
                    {
                        directory._slices.Remove(owner);
                    }
                    names.Add(owner);
                }
                if (change != PodChange.Removed)
                {
                    Put(item, names);
                }
                directory.Publish(names);
            }
        }

        private void Put(V1EndpointSlice item, HashSet<ServiceName> names)
        {
            if (Owner(item) is not { } owner)
            {
                return;
            }
            if (!directory._slices.TryGetValue(owner, out var slices))
            {
                directory._slices[owner] = slices = new(StringComparer.Ordinal);
            }
            slices[item.Metadata.Name] = item;
            _owners[(item.Metadata.NamespaceProperty, item.Metadata.Name)] = owner;
            names.Add(owner);
        }
    }
}
