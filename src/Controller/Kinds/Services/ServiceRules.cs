using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>Source: Kubernetes API reference, Service v1. Addresses and node ports are given out by <see cref="ServiceAddresses"/>, after these rules.</summary>
internal sealed class ServiceRules : KindRules<V1Service>
{
    /// <summary>A service's name is a label in DNS, and begins a variable's name.</summary>
    public override string? CheckName(string name) => NameRules.Dns1035Label(name);

    protected override void PrepareCreate(V1Service item)
    {
        item.Status = new() { LoadBalancer = new() };
        if (item.Spec is { } spec)
        {
            ServiceTransitions.Normalize(spec, null);
        }
    }

    protected override void PrepareUpdate(V1Service item, V1Service old)
    {
        item.Spec ??= new();
        ServiceTransitions.Apply(item.Spec, old.Spec);
        if (ServiceTypes.Of(item.Spec) != ServiceTypes.LoadBalancer)
        {
            item.Status = new() { Conditions = item.Status?.Conditions, LoadBalancer = new() };
        }
    }

    protected override void Default(V1Service item)
    {
        item.Spec ??= new();
        ServiceDefaults.Apply(item.Spec);
    }

    protected override void Validate(V1Service item, FieldErrors errors) => ServiceSpecRules.Validate(item.Spec, errors);

    protected override void ValidateUpdate(V1Service item, V1Service old, FieldErrors errors)
    {
        var (spec, before) = (item.Spec, old.Spec);
        if (ServiceTypes.HasAddress(spec) && ServiceTypes.HasAddress(before) && !string.IsNullOrEmpty(before.ClusterIP) && spec.ClusterIP != before.ClusterIP)
        {
            errors.Invalid("spec.clusterIPs[0]", spec.ClusterIP, "may not change once set");
        }
        if (before.IpFamilies is [var family, ..] && spec.IpFamilies is [var now, ..] && family != now && ServiceTypes.HasAddress(spec))
        {
            errors.Invalid("spec.ipFamilies[0]", now, "may not change once set");
        }
        if (ServiceTypes.Of(before) == ServiceTypes.LoadBalancer && ServiceTypes.Of(spec) == ServiceTypes.LoadBalancer && spec.LoadBalancerClass != before.LoadBalancerClass)
        {
            errors.Invalid("spec.loadBalancerClass", spec.LoadBalancerClass, "may not change once set");
        }
    }
}
