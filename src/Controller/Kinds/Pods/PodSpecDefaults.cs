using k8s.Models;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>Defaults of a pod's spec, as the Kubernetes API reference states them.</summary>
internal static class PodSpecDefaults
{
    /// <summary>0644.</summary>
    private const int FileMode = 420;

    public static void Apply(V1PodSpec spec)
    {
        spec.RestartPolicy = Or(spec.RestartPolicy, "Always");
        spec.DnsPolicy = Or(spec.DnsPolicy, "ClusterFirst");
        spec.SchedulerName = Or(spec.SchedulerName, "default-scheduler");
        spec.TerminationGracePeriodSeconds ??= 30;
        spec.SecurityContext ??= new V1PodSecurityContext();
        foreach (var container in (spec.Containers ?? []).Concat(spec.InitContainers ?? []))
        {
            Container(container, spec.HostNetwork == true);
        }
        foreach (var volume in spec.Volumes ?? [])
        {
            Volume(volume);
            if (volume.Ephemeral?.VolumeClaimTemplate?.Spec is { } claim)
            {
                claim.VolumeMode ??= "Filesystem";
            }
        }
    }

    private static void Container(V1Container container, bool hostNetwork)
    {
        container.TerminationMessagePath = Or(container.TerminationMessagePath, "/dev/termination-log");
        container.TerminationMessagePolicy = Or(container.TerminationMessagePolicy, "File");
        container.ImagePullPolicy = Or(container.ImagePullPolicy, IsLatest(container.Image) ? "Always" : "IfNotPresent");
        container.Resources ??= new V1ResourceRequirements();
        if (container.Resources.Limits is { } limits)
        {
            container.Resources.Requests ??= new Dictionary<string, ResourceQuantity>();
            foreach (var (name, limit) in limits)
            {
                container.Resources.Requests.TryAdd(name, limit);
            }
        }
        foreach (var port in container.Ports ?? [])
        {
            port.Protocol = Or(port.Protocol, "TCP");
            port.HostPort ??= hostNetwork ? port.ContainerPort : null;
        }
        foreach (var source in (container.Env ?? []).Select(variable => variable.ValueFrom?.FieldRef).OfType<V1ObjectFieldSelector>())
        {
            source.ApiVersion = Or(source.ApiVersion, "v1");
        }
        Probe(container.LivenessProbe);
        Probe(container.ReadinessProbe);
        Probe(container.StartupProbe);
        HttpGet(container.Lifecycle?.PostStart?.HttpGet);
        HttpGet(container.Lifecycle?.PreStop?.HttpGet);
    }

    private static void Probe(V1Probe? probe)
    {
        if (probe is null)
        {
            return;
        }
        probe.TimeoutSeconds = Positive(probe.TimeoutSeconds, 1);
        probe.PeriodSeconds = Positive(probe.PeriodSeconds, 10);
        probe.SuccessThreshold = Positive(probe.SuccessThreshold, 1);
        probe.FailureThreshold = Positive(probe.FailureThreshold, 3);
        HttpGet(probe.HttpGet);
        if (probe.Grpc is { } grpc)
        {
            grpc.Service ??= "";
        }
    }

    private static void HttpGet(V1HTTPGetAction? action)
    {
        if (action is not null)
        {
            action.Path = Or(action.Path, "/");
            action.Scheme = Or(action.Scheme, "HTTP");
        }
    }

    private static void Volume(V1Volume volume)
    {
        if (volume.Secret is { } secret)
        {
            secret.DefaultMode ??= FileMode;
        }
        if (volume.ConfigMap is { } configMap)
        {
            configMap.DefaultMode ??= FileMode;
        }
        if (volume.DownwardAPI is { } downward)
        {
            downward.DefaultMode ??= FileMode;
            FieldRefs(downward.Items);
        }
        if (volume.HostPath is { } hostPath)
        {
            hostPath.Type ??= "";
        }
        if (volume.Projected is { } projected)
        {
            projected.DefaultMode ??= FileMode;
            foreach (var source in projected.Sources ?? [])
            {
                FieldRefs(source.DownwardAPI?.Items);
                if (source.ServiceAccountToken is { } token)
                {
                    token.ExpirationSeconds ??= 3600;
                }
            }
        }
    }

    private static void FieldRefs(IList<V1DownwardAPIVolumeFile>? items)
    {
        foreach (var source in (items ?? []).Select(item => item.FieldRef).OfType<V1ObjectFieldSelector>())
        {
            source.ApiVersion = Or(source.ApiVersion, "v1");
        }
    }

    /// <summary>No tag and no digest, or the tag <c>latest</c>.</summary>
    private static bool IsLatest(string? image)
    {
        if (string.IsNullOrEmpty(image) || image.Contains('@', StringComparison.Ordinal))
        {
            return false;
        }
        var name = image[(image.LastIndexOf('/') + 1)..];
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || name[(colon + 1)..] == "latest";
    }

    private static int Positive(int? value, int or) => value is null or 0 ? or : value.Value;
    private static string Or(string? value, string or) => string.IsNullOrEmpty(value) ? or : value;
}
