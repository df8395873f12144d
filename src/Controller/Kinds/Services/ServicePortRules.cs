using System.Globalization;
using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Services;

internal static class ServicePortRules
{
    public static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];

    public static void Validate(V1ServiceSpec spec, FieldErrors errors)
    {
        var ports = spec.Ports ?? [];
        if (ports.Count == 0 && !ServiceTypes.IsHeadless(spec) && spec.Type != ServiceTypes.ExternalName)
        {
            errors.Required("spec.ports");
        }
        var (names, numbers, nodePorts) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<(string, int)>(), new HashSet<(string, int)>());
        for (var i = 0; i < ports.Count; i++)
        {
            var (port, field) = (ports[i], $"spec.ports[{i}]");
            Name(field + ".name", port.Name, ports.Count > 1, names, errors);
            ProbeRules.PortNumber(field + ".port", port.Port, errors);
            PodSpecRules.OneOf(field + ".protocol", port.Protocol, Protocols, errors);
            Target(field + ".targetPort", port.TargetPort?.Value ?? "", errors);
            if (port.AppProtocol is not null)
            {
                errors.Check(field + ".appProtocol", port.AppProtocol, NameRules.QualifiedName(port.AppProtocol));
            }
            if (!numbers.Add((port.Protocol, port.Port)))
            {
                errors.Duplicate(field, $"{port.Port}/{port.Protocol}");
            }
            if (port.NodePort is { } nodePort)
            {
                NodePort(spec, field + ".nodePort", port, nodePort, nodePorts, errors);
            }
        }
    }

    private static void NodePort(V1ServiceSpec spec, string field, V1ServicePort port, int nodePort, HashSet<(string, int)> seen, FieldErrors errors)
    {
        if (!ServiceTypes.MayHaveNodePorts(spec))
        {
            errors.Forbidden(field, $"may not be used when `type` is '{spec.Type}'");
        }
        else if (!seen.Add((port.Protocol, nodePort)))
        {
            errors.Duplicate(field, nodePort);
        }
        else
        {
            ProbeRules.PortNumber(field, nodePort, errors);
        }
    }

    /// <summary>Only a single port may go without a name.</summary>
    public static void Name(string field, string? name, bool required, HashSet<string> seen, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name))
        {
            if (required)
            {
                errors.Required(field);
            }
            return;
        }
        errors.Check(field, name, NameRules.DnsLabel(name));
        if (!seen.Add(name))
        {
            errors.Duplicate(field, name);
        }
    }

    private static void Target(string field, string target, FieldErrors errors)
    {
        if (int.TryParse(target, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            ProbeRules.PortNumber(field, number, errors);
        }
        else
        {
            errors.Check(field, target, NameRules.PortName(target));
        }
    }
}
