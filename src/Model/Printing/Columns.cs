using System.Collections.Immutable;
using k8s;
using k8s.Models;

namespace Orchestrator.Model.Printing;

/// <summary>The columns of each kind's table, as kubectl's users know them.</summary>
internal static class Columns
{
    internal const string None = "<none>";

    public static ImmutableArray<PrinterColumn> Namespace { get; } =
        [Name<V1Namespace>(), Text<V1Namespace>("Status", "The phase of the namespace", item => item.Status?.Phase), Age<V1Namespace>()];

    public static ImmutableArray<PrinterColumn> ConfigMap { get; } =
    [
        Name<V1ConfigMap>(),
        PrinterColumn.Of<V1ConfigMap>("Data", "integer", "Number of keys", (item, _) => (long)((item.Data?.Count ?? 0) + (item.BinaryData?.Count ?? 0))),
        Age<V1ConfigMap>(),
    ];

    public static ImmutableArray<PrinterColumn> CustomResourceDefinition { get; } =
    [
        Name<V1CustomResourceDefinition>(),
        Text<V1CustomResourceDefinition>("Created At", "When it was made", item => item.Metadata.CreationTimestamp is { } time ? Timestamp.Seconds(new DateTimeOffset(time, TimeSpan.Zero)) : null),
    ];

    public static ImmutableArray<PrinterColumn> Secret { get; } =
    [
        Name<V1Secret>(),
        Text<V1Secret>("Type", "What the secret is for", item => item.Type),
        PrinterColumn.Of<V1Secret>("Data", "integer", "Number of keys", (item, _) => (long)(item.Data?.Count ?? 0)),
        Age<V1Secret>(),
    ];

    public static ImmutableArray<PrinterColumn> Pod { get; } =
    [
        Name<V1Pod>(),
        Text<V1Pod>("Ready", "Ready containers of all", item => PodSummary.Of(item).Ready),
        Text<V1Pod>("Status", "What the pod is doing", item => PodSummary.Of(item).Status),
        PrinterColumn.Of<V1Pod>("Restarts", "string", "How often its containers were restarted", (item, now) => PodSummary.Of(item).RestartsText(now)),
        Age<V1Pod>(),
        Text<V1Pod>("IP", "Address of the pod", item => item.Status?.PodIP, 1),
        Text<V1Pod>("Node", "Node that the pod runs on", item => item.Spec?.NodeName, 1),
        Text<V1Pod>("Nominated Node", "Node kept free for the pod", item => item.Status?.NominatedNodeName, 1),
        Text<V1Pod>("Readiness Gates", "Passed gates of all", ReadinessGates, 1),
    ];

    public static ImmutableArray<PrinterColumn> Node { get; } =
    [
        Name<V1Node>(),
        Text<V1Node>("Status", "Readiness, and whether it takes pods", NodeSummary.Status),
        Text<V1Node>("Roles", "Roles of the node", NodeSummary.Roles),
        Age<V1Node>(),
        Text<V1Node>("Version", "Version of the agent", item => item.Status?.NodeInfo?.KubeletVersion),
        Text<V1Node>("Internal-IP", "Address inside the cluster", item => NodeSummary.Address(item, "InternalIP"), 1),
        Text<V1Node>("External-IP", "Address outside the cluster", item => NodeSummary.Address(item, "ExternalIP"), 1),
        Text<V1Node>("OS-Image", "Operating system", item => item.Status?.NodeInfo?.OsImage, 1),
        Text<V1Node>("Kernel-Version", "Kernel", item => item.Status?.NodeInfo?.KernelVersion, 1),
        Text<V1Node>("Container-Runtime", "Container runtime", item => item.Status?.NodeInfo?.ContainerRuntimeVersion, 1),
    ];

    public static ImmutableArray<PrinterColumn> Deployment { get; } =
    [
        Name<V1Deployment>(),
        Text<V1Deployment>("Ready", "Ready replicas of the desired", item => $"{item.Status?.ReadyReplicas ?? 0}/{item.Spec?.Replicas ?? 1}"),
        Number<V1Deployment>("Up-to-date", "Replicas of the current template", item => item.Status?.UpdatedReplicas),
        Number<V1Deployment>("Available", "Replicas ready for at least minReadySeconds", item => item.Status?.AvailableReplicas),
        Age<V1Deployment>(),
        .. Template<V1Deployment>(item => item.Spec?.Template, item => item.Spec?.Selector),
    ];

    public static ImmutableArray<PrinterColumn> ReplicaSet { get; } =
    [
        Name<V1ReplicaSet>(),
        Number<V1ReplicaSet>("Desired", "Desired replicas", item => item.Spec?.Replicas),
        Number<V1ReplicaSet>("Current", "Replicas that exist", item => item.Status?.Replicas),
        Number<V1ReplicaSet>("Ready", "Replicas that are ready", item => item.Status?.ReadyReplicas),
        Age<V1ReplicaSet>(),
        .. Template<V1ReplicaSet>(item => item.Spec?.Template, item => item.Spec?.Selector),
    ];

    public static ImmutableArray<PrinterColumn> Event { get; } =
    [
        PrinterColumn.Of<Corev1Event>("Last Seen", "string", "Time since it last happened",
            (item, now) => HumanDuration.Since(item.Series?.LastObservedTime ?? item.LastTimestamp ?? item.EventTime ?? item.Metadata.CreationTimestamp, now)),
        Text<Corev1Event>("Type", "Normal or Warning", item => item.Type),
        Text<Corev1Event>("Reason", "Why, in one word", item => item.Reason),
        Text<Corev1Event>("Object", "What it is about", item => $"{item.InvolvedObject?.Kind?.ToLowerInvariant()}/{item.InvolvedObject?.Name}"),
        Text<Corev1Event>("Subobject", "Part that it is about", item => item.InvolvedObject?.FieldPath ?? "", 1),
        Text<Corev1Event>("Source", "Who reports it", item => string.Join(", ",
            new[] { item.Source?.Component ?? item.ReportingComponent, item.Source?.Host }.Where(part => !string.IsNullOrEmpty(part))), 1),
        Text<Corev1Event>("Message", "What happened", item => (item.Message ?? "").Trim()),
        PrinterColumn.Of<Corev1Event>("First Seen", "string", "Time since it first happened",
            (item, now) => HumanDuration.Since(item.FirstTimestamp ?? item.EventTime ?? item.Metadata.CreationTimestamp, now), 1),
        PrinterColumn.Of<Corev1Event>("Count", "string", "How often", (item, _) => (item.Series?.Count ?? item.Count ?? 1).ToString(System.Globalization.CultureInfo.InvariantCulture), 1),
        Text<Corev1Event>("Name", "Name of the event", item => item.Metadata.Name, 1),
    ];

    public static ImmutableArray<PrinterColumn> Lease { get; } =
        [Name<V1Lease>(), Text<V1Lease>("Holder", "Who holds it", item => item.Spec?.HolderIdentity), Age<V1Lease>()];

    public static ImmutableArray<PrinterColumn> RuntimeClass { get; } =
        [Name<V1RuntimeClass>(), Text<V1RuntimeClass>("Handler", "Runtime that runs its pods", item => item.Handler), Age<V1RuntimeClass>()];

    public static ImmutableArray<PrinterColumn> CertificateSigningRequest { get; } =
    [
        Name<V1CertificateSigningRequest>(),
        Age<V1CertificateSigningRequest>(),
        Text<V1CertificateSigningRequest>("SignerName", "Who is to sign", item => item.Spec?.SignerName),
        Text<V1CertificateSigningRequest>("Requestor", "Who asks", item => item.Spec?.Username),
        Text<V1CertificateSigningRequest>("RequestedDuration", "Asked lifetime",
            item => item.Spec?.ExpirationSeconds is { } seconds ? HumanDuration.Of(TimeSpan.FromSeconds(seconds)) : null),
        Text<V1CertificateSigningRequest>("Condition", "Decision and outcome", SigningCondition),
    ];

    internal static PrinterColumn Name<T>() where T : class, IKubernetesObject<V1ObjectMeta> =>
        PrinterColumn.Of<T>("Name", "string", "Name, unique within its namespace", (item, _) => item.Metadata.Name ?? "");

    internal static PrinterColumn Age<T>() where T : class, IKubernetesObject<V1ObjectMeta> =>
        PrinterColumn.Of<T>("Age", "string", "Time since it was created", (item, now) => HumanDuration.Since(item.Metadata.CreationTimestamp, now));

    internal static PrinterColumn Text<T>(string name, string description, Func<T, string?> value, int priority = 0) where T : class =>
        PrinterColumn.Of<T>(name, "string", description, (item, _) => value(item) ?? None, priority);

    internal static PrinterColumn Number<T>(string name, string description, Func<T, int?> value) where T : class =>
        PrinterColumn.Of<T>(name, "integer", description, (item, _) => (long)(value(item) ?? 0));

    internal static IEnumerable<PrinterColumn> Template<T>(Func<T, V1PodTemplateSpec?> template, Func<T, V1LabelSelector?> selector) where T : class =>
    [
        Text<T>("Containers", "Names of the containers", item => string.Join(',', (template(item)?.Spec?.Containers ?? []).Select(c => c.Name)), 1),
        Text<T>("Images", "Images of the containers", item => string.Join(',', (template(item)?.Spec?.Containers ?? []).Select(c => c.Image)), 1),
        Text<T>("Selector", "Labels of its pods", item => LabelSelector.From(selector(item)).ToString(), 1),
    ];

    private static string? ReadinessGates(V1Pod pod) => pod.Spec?.ReadinessGates is { Count: > 0 } gates
        ? $"{gates.Count(gate => (pod.Status?.Conditions ?? []).Any(c => c.Type == gate.ConditionType && c.Status == "True"))}/{gates.Count}"
        : null;

    private static string SigningCondition(V1CertificateSigningRequest request)
    {
        var types = (request.Status?.Conditions ?? []).Select(condition => condition.Type).ToList();
        if (types.Count == 0)
        {
            types.Add("Pending");
        }
        if (request.Status?.Certificate is { Length: > 0 })
        {
            types.Add("Issued");
        }
        return string.Join(',', types);
    }
}
