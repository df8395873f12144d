using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>
/// Gives each service its address and its node ports, each to one only. What is taken is read from the services themselves, so that there is no
/// second book to keep: the cache has all that is written, and the claims all that is being written. A write's claim ends after its answer, and
/// the cache is never behind an answer; so whoever holds the lock sees everything in one of the two.
/// </summary>
internal sealed class ServiceAddresses(ObjectCache cache, IPNetwork network, PortRange ports)
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1Service>();
    private readonly AddressRange _addresses = new(network);
    private readonly Lock _lock = new();
    private readonly HashSet<ServiceClaim> _claims = [];
    private readonly ConditionalWeakTable<CachedObject, ServiceHoldings> _read = [];

    /// <summary>Completes an admitted service with the address and ports that it needs and lacks, and claims what is new.</summary>
    /// <returns>Null where nothing was to be taken; else the claim, to be disposed after the write.</returns>
    /// <exception cref="ApiException">Invalid: taken, out of range, or none left; with the field.</exception>
    public ServiceClaim? Claim(ResourceKind kind, ObjectKey key, JsonObject admitted)
    {
        if (kind.GroupResource != Kind.GroupResource)
        {
            return null;
        }
        var service = (V1Service)ModelJson.Decode(admitted, typeof(V1Service));
        if (!ServiceTypes.HasAddress(service.Spec))
        {
            return null;
        }
        lock (_lock)
        {
            var had = cache.Get(key) is { } current ? Read(current) : ServiceHoldings.None;
            var errors = new FieldErrors();
            if (!Lacks(service, had))
            {
                return null;
            }
            var (takenAddresses, takenPorts) = Taken(key);
            if (!ServiceTypes.IsHeadless(service.Spec))
            {
                TakeAddress(service.Spec, had, takenAddresses, errors);
            }
            TakePorts(service.Spec, had, takenPorts, errors);
            errors.ThrowIfAny(kind, key.Name);
            var claim = new ServiceClaim(this, key, ServiceHoldings.Of(service), ModelJson.ToTree(service));
            _claims.Add(claim);
            return claim;
        }
    }

    public void Release(ServiceClaim claim)
    {
        lock (_lock)
        {
            _claims.Remove(claim);
        }
    }

    private static bool Lacks(V1Service service, ServiceHoldings had)
    {
        var wanted = ServiceHoldings.Of(service);
        return string.IsNullOrEmpty(service.Spec.ClusterIP)
            || (ServiceTypes.WantsNodePorts(service.Spec) && (service.Spec.Ports ?? []).Any(port => port.NodePort is null))
            || wanted.Addresses.Except(had.Addresses).Any() || wanted.Ports.Except(had.Ports).Any();
    }

    private (HashSet<string> Addresses, HashSet<int> Ports) Taken(ObjectKey besides)
    {
        var (addresses, numbers) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<int>());
        foreach (var holdings in cache.List(new(Kind.GroupResource)).Items.Where(item => item.Key != besides).Select(Read)
            .Concat(_claims.Where(claim => claim.Key != besides).Select(claim => claim.Holdings)))
        {
            addresses.UnionWith(holdings.Addresses);
            numbers.UnionWith(holdings.Ports);
        }
        return (addresses, numbers);
    }

    private ServiceHoldings Read(CachedObject item) => _read.GetValue(item, static seen => ServiceHoldings.Of(seen.Decode<V1Service>()));

    private void TakeAddress(V1ServiceSpec spec, ServiceHoldings had, HashSet<string> taken, FieldErrors errors)
    {
        const string Field = "spec.clusterIPs[0]";
        if (string.IsNullOrEmpty(spec.ClusterIP))
        {
            var range = _addresses;
            var place = FreePlace.Find(range.Count, range.Reserved, candidate => !taken.Contains(range.At(candidate)));
            if (place is null)
            {
                errors.Invalid(Field, "", $"failed to allocate an IP: range {network} is full");
                return;
            }
            spec.ClusterIP = range.At(place.Value);
            spec.ClusterIPs = [spec.ClusterIP];
        }
        else if (!had.Addresses.Contains(spec.ClusterIP))
        {
            if (!_addresses.Contains(spec.ClusterIP))
            {
                errors.Invalid(Field, spec.ClusterIP, $"failed to allocate IP {spec.ClusterIP}: the provided IP is not in the valid range. The range of valid IPs is {network}");
            }
            else if (taken.Contains(spec.ClusterIP))
            {
                errors.Invalid(Field, spec.ClusterIP, $"failed to allocate IP {spec.ClusterIP}: provided IP is already allocated");
            }
        }
    }

    private void TakePorts(V1ServiceSpec spec, ServiceHoldings had, HashSet<int> taken, FieldErrors errors)
    {
        var own = new HashSet<int>();
        for (var i = 0; i < (spec.Ports?.Count ?? 0); i++)
        {
            if (spec.Ports![i].NodePort is { } asked) // Counted above.
            {
                Check($"spec.ports[{i}].nodePort", asked, had, taken, errors);
                own.Add(asked);
            }
        }
        if (spec.HealthCheckNodePort is > 0 and { } health)
        {
            Check("spec.healthCheckNodePort", health, had, taken, errors);
            own.Add(health);
        }
        if (!ServiceTypes.WantsNodePorts(spec))
        {
            return;
        }
        for (var i = 0; i < (spec.Ports?.Count ?? 0); i++)
        {
            var port = spec.Ports![i]; // Counted above.
            if (port.NodePort is not null)
            {
                continue;
            }
            // One port of several protocols (DNS) stays one port on the node.
            var twin = spec.Ports.FirstOrDefault(other => other != port && other.Port == port.Port && other.NodePort is not null)?.NodePort;
            var place = twin - ports.First ?? FreePlace.Find(ports.Count, ports.Reserved, candidate => !taken.Contains(ports.First + candidate) && !own.Contains(ports.First + candidate));
            if (place is null)
            {
                errors.Invalid($"spec.ports[{i}].nodePort", 0, $"failed to allocate a nodePort: range {ports} is full");
                return;
            }
            port.NodePort = ports.First + place.Value;
            own.Add(port.NodePort.Value);
        }
    }

    private void Check(string field, int port, ServiceHoldings had, HashSet<int> taken, FieldErrors errors)
    {
        if (had.Ports.Contains(port))
        {
            return;
        }
        if (port < ports.First || port > ports.Last)
        {
            errors.Invalid(field, port, $"provided port is not in the valid range. The range of valid ports is {ports}");
        }
        else if (taken.Contains(port))
        {
            errors.Invalid(field, port, "provided port is already allocated");
        }
    }
}
