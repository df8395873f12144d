using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>Validation of one container.</summary>
internal static class ContainerRules
{
    private static readonly string[] PullPolicies = ["Always", "IfNotPresent", "Never"];
    private static readonly string[] MessagePolicies = ["File", "FallbackToLogsOnError"];
    private static readonly string[] Protocols = ["TCP", "UDP", "SCTP"];

    public static void Validate(string path, V1Container container, HashSet<string> names, IReadOnlySet<string> volumes, bool isInit, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(container.Name))
        {
            errors.Required(path + ".name");
        }
        else
        {
            errors.Check(path + ".name", container.Name, NameRules.DnsLabel(container.Name));
            if (!names.Add(container.Name))
            {
                errors.Duplicate(path + ".name", container.Name);
            }
        }
        if (string.IsNullOrEmpty(container.Image))
        {
            errors.Required(path + ".image");
        }
        else if (container.Image != container.Image.Trim())
        {
            errors.Invalid(path + ".image", container.Image, "must not have leading or trailing whitespace");
        }
        PodSpecRules.OneOf(path + ".imagePullPolicy", container.ImagePullPolicy, PullPolicies, errors);
        PodSpecRules.OneOf(path + ".terminationMessagePolicy", container.TerminationMessagePolicy, MessagePolicies, errors);
        Ports(path + ".ports", container.Ports, errors);
        Environment(path, container, errors);
        Mounts(path + ".volumeMounts", container.VolumeMounts, volumes, container.SecurityContext?.Privileged == true, errors);
        ResourceRules.Validate(path + ".resources", container.Resources, errors);
        var sidecar = isInit && container.RestartPolicy == "Always";
        if (!isInit && !string.IsNullOrEmpty(container.RestartPolicy))
        {
            errors.Forbidden(path + ".restartPolicy", "may not be set for non-init containers");
        }
        else if (isInit && container.RestartPolicy is not (null or "" or "Always"))
        {
            errors.NotSupported(path + ".restartPolicy", container.RestartPolicy, "Always");
        }
        foreach (var (name, probe) in new[] { ("livenessProbe", container.LivenessProbe), ("readinessProbe", container.ReadinessProbe), ("startupProbe", container.StartupProbe) })
        {
            if (probe is not null && isInit && !sidecar)
            {
                errors.Forbidden($"{path}.{name}", "may not be set for init containers without restartPolicy=Always");
            }
            ProbeRules.Validate($"{path}.{name}", probe, name != "readinessProbe", errors);
        }
        ProbeRules.Handler(path + ".lifecycle.postStart", container.Lifecycle?.PostStart, errors);
        ProbeRules.Handler(path + ".lifecycle.preStop", container.Lifecycle?.PreStop, errors);
    }

    private static void Ports(string path, IList<V1ContainerPort>? ports, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (ports?.Count ?? 0); i++)
        {
            var (port, field) = (ports![i], $"{path}[{i}]"); // Counted above.
            ProbeRules.PortNumber(field + ".containerPort", port.ContainerPort, errors);
            if (port.HostPort is not (null or 0))
            {
                ProbeRules.PortNumber(field + ".hostPort", port.HostPort.Value, errors);
            }
            PodSpecRules.OneOf(field + ".protocol", port.Protocol, Protocols, errors);
            if (!string.IsNullOrEmpty(port.Name))
            {
                errors.Check(field + ".name", port.Name, NameRules.PortName(port.Name));
                if (!names.Add(port.Name))
                {
                    errors.Duplicate(field + ".name", port.Name);
                }
            }
        }
    }

    private static void Environment(string path, V1Container container, FieldErrors errors)
    {
        for (var i = 0; i < (container.Env?.Count ?? 0); i++)
        {
            var (variable, field) = (container.Env![i], $"{path}.env[{i}]"); // Counted above.
            if (string.IsNullOrEmpty(variable.Name))
            {
                errors.Required(field + ".name");
            }
            else
            {
                errors.Check(field + ".name", variable.Name, NameRules.EnvironmentName(variable.Name));
            }
            if (variable.ValueFrom is { } source)
            {
                var sources = new object?[] { source.FieldRef, source.ResourceFieldRef, source.ConfigMapKeyRef, source.SecretKeyRef }.Count(item => item is not null);
                if (!string.IsNullOrEmpty(variable.Value))
                {
                    errors.Invalid(field + ".valueFrom", "", "may not be specified when `value` is not empty");
                }
                if (sources != 1)
                {
                    errors.Invalid(field + ".valueFrom", "", sources == 0
                        ? "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
                        : "may not have more than one field specified at a time");
                }
                KeyRef(field + ".valueFrom.configMapKeyRef", source.ConfigMapKeyRef?.Name, source.ConfigMapKeyRef?.Key, source.ConfigMapKeyRef is not null, errors);
                KeyRef(field + ".valueFrom.secretKeyRef", source.SecretKeyRef?.Name, source.SecretKeyRef?.Key, source.SecretKeyRef is not null, errors);
            }
        }
        for (var i = 0; i < (container.EnvFrom?.Count ?? 0); i++)
        {
            var (source, field) = (container.EnvFrom![i], $"{path}.envFrom[{i}]"); // Counted above.
            if ((source.ConfigMapRef is null) == (source.SecretRef is null))
            {
                errors.Invalid(field, "", "must specify one of: `configMapRef` or `secretRef`");
            }
            else if (string.IsNullOrEmpty(source.ConfigMapRef?.Name ?? source.SecretRef?.Name))
            {
                errors.Required(field + (source.ConfigMapRef is null ? ".secretRef.name" : ".configMapRef.name"));
            }
        }
    }

    private static void KeyRef(string field, string? name, string? key, bool present, FieldErrors errors)
    {
        if (!present)
        {
            return;
        }
        if (string.IsNullOrEmpty(name))
        {
            errors.Required(field + ".name");
        }
        if (string.IsNullOrEmpty(key))
        {
            errors.Required(field + ".key");
        }
        else
        {
            errors.Check(field + ".key", key, NameRules.DataKey(key));
        }
    }

    private static void Mounts(string path, IList<V1VolumeMount>? mounts, IReadOnlySet<string> volumes, bool isPrivileged, FieldErrors errors)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (mounts?.Count ?? 0); i++)
        {
            var (mount, field) = (mounts![i], $"{path}[{i}]"); // Counted above.
            if (string.IsNullOrEmpty(mount.Name))
            {
                errors.Required(field + ".name");
            }
            else if (!volumes.Contains(mount.Name))
            {
                errors.NotFound(field + ".name", mount.Name);
            }
            if (string.IsNullOrEmpty(mount.MountPath))
            {
                errors.Required(field + ".mountPath");
            }
            else if (!paths.Add(mount.MountPath))
            {
                errors.Invalid(field + ".mountPath", mount.MountPath, "must be unique");
            }
            if (mount.SubPath is { Length: > 0 } sub && (Path.IsPathRooted(sub) || sub.Split('/').Contains("..")))
            {
                errors.Invalid(field + ".subPath", sub, "must be a relative path that does not contain '..'");
            }
            if (!string.IsNullOrEmpty(mount.SubPathExpr))
            {
                if (!string.IsNullOrEmpty(mount.SubPath))
                {
                    errors.Invalid(field + ".subPathExpr", mount.SubPathExpr, "subPathExpr and subPath are mutually exclusive");
                }
                if (Path.IsPathRooted(mount.SubPathExpr) || mount.SubPathExpr.Split('/').Contains(".."))
                {
                    errors.Invalid(field + ".subPathExpr", mount.SubPathExpr, "must be a relative path that does not contain '..'");
                }
            }
            if (mount.MountPropagation is not (null or "None" or "HostToContainer" or "Bidirectional"))
            {
                errors.NotSupported(field + ".mountPropagation", mount.MountPropagation, "Bidirectional", "HostToContainer", "None");
            }
            if (mount.MountPropagation == "Bidirectional" && !isPrivileged)
            {
                errors.Forbidden(field + ".mountPropagation", "Bidirectional mount propagation is available only to privileged containers");
            }
        }
    }
}
