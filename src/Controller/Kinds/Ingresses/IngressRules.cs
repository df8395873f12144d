using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Ingresses;

/// <summary>Rules for whoever routes HTTP: kept for the controller that you bring. Source: Kubernetes API reference, Ingress.</summary>
internal sealed class IngressRules : KindRules<V1Ingress>
{
    private static readonly string[] PathTypes = ["Exact", "ImplementationSpecific", "Prefix"];

    public override bool CountsGenerations => true;

    protected override void PrepareCreate(V1Ingress item) => item.Status = new();

    protected override void Validate(V1Ingress item, FieldErrors errors)
    {
        if (item.Spec?.Rules is not { Count: > 0 } && item.Spec?.DefaultBackend is null)
        {
            errors.Invalid("spec", "", "either `defaultBackend` or `rules` must be specified");
        }
        if (item.Spec?.IngressClassName is { } name)
        {
            errors.Check("spec.ingressClassName", name, NameRules.DnsSubdomain(name));
        }
        if (item.Spec?.DefaultBackend is { } backend)
        {
            Backend("spec.defaultBackend", backend, errors);
        }
        for (var i = 0; i < (item.Spec?.Rules?.Count ?? 0); i++)
        {
            var (field, rule) = ($"spec.rules[{i}]", item.Spec!.Rules[i]); // Counted.
            Host($"{field}.host", rule.Host, errors);
            for (var j = 0; j < (rule.Http?.Paths?.Count ?? 0); j++)
            {
                Path($"{field}.http.paths[{j}]", rule.Http!.Paths[j], errors); // Counted.
            }
        }
        for (var i = 0; i < (item.Spec?.Tls?.Count ?? 0); i++)
        {
            foreach (var host in item.Spec!.Tls[i].Hosts ?? []) // Counted.
            {
                Host($"spec.tls[{i}].hosts", host, errors);
            }
        }
    }

    private static void Path(string field, V1HTTPIngressPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(path.PathType))
        {
            errors.Required($"{field}.pathType", "pathType must be specified");
        }
        else if (!PathTypes.Contains(path.PathType))
        {
            errors.NotSupported($"{field}.pathType", path.PathType, PathTypes);
        }
        else if (path.PathType != "ImplementationSpecific" && path.Path?.StartsWith('/') != true)
        {
            errors.Invalid($"{field}.path", path.Path, "must be an absolute path");
        }
        Backend($"{field}.backend", path.Backend, errors);
    }

    private static void Backend(string field, V1IngressBackend? backend, FieldErrors errors)
    {
        if ((backend?.Service is null) == (backend?.Resource is null))
        {
            errors.Invalid(field, "", "exactly one of `service` and `resource` must be specified");
        }
        if (backend?.Service is not { } service)
        {
            return;
        }
        if (string.IsNullOrEmpty(service.Name))
        {
            errors.Required($"{field}.service.name");
        }
        else
        {
            errors.Check($"{field}.service.name", service.Name, NameRules.DnsLabel(service.Name));
        }
        if ((service.Port?.Number ?? 0) == 0 == string.IsNullOrEmpty(service.Port?.Name))
        {
            errors.Required($"{field}.service.port", "exactly one of port name and port number");
        }
        else if (service.Port!.Number is < 0 or > 65535) // One of its two is set.
        {
            errors.Invalid($"{field}.service.port.number", service.Port.Number, "must be between 1 and 65535, inclusive");
        }
    }

    private static void Host(string field, string? host, FieldErrors errors)
    {
        if (!string.IsNullOrEmpty(host))
        {
            errors.Check(field, host, NameRules.DnsSubdomain(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host));
        }
    }
}
