using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Controller.Scheduling.Constraints;
using Orchestrator.Controller.Scheduling.Volumes;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Scheduling;

/// <summary>
/// All that the scheduler needs to know of a pod, shared by the pods for which it is the same: those of one controller and template. What is
/// found out about a node for one of them holds for all.
/// </summary>
internal sealed class PodClass
{
    private int[] _weights = [];

    private PodClass(string @namespace, string name, IReadOnlyDictionary<string, string> labels, V1PodSpec spec, string controller)
    {
        (Namespace, Labels, Spec, Controller) = (@namespace, labels, spec, controller);
        Claims = [.. VolumeFacts.ClaimsOf(spec, name).Select(claim => new PodClaim(claim.Claim, claim.IsEphemeral))];
        Requests = ResourceAmounts.OfPod(spec);
        HostPorts =
        [
            .. (spec.Containers ?? []).Concat((spec.InitContainers ?? []).Where(container => container.RestartPolicy == "Always"))
                .SelectMany(container => container.Ports ?? []).Where(port => port.HostPort is > 0)
                .Select(port => new HostPort(port.HostPort!.Value, port.Protocol ?? "TCP", port.HostIP ?? "")), // Filtered to have one.
        ];
        var affinity = spec.Affinity;
        RequiredAffinity = AffinityTerm.Required(affinity?.PodAffinity?.RequiredDuringSchedulingIgnoredDuringExecution, @namespace, labels);
        RequiredAntiAffinity = AffinityTerm.Required(affinity?.PodAntiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution, @namespace, labels);
        PreferredAffinity =
        [
            .. AffinityTerm.Preferred(affinity?.PodAffinity?.PreferredDuringSchedulingIgnoredDuringExecution, @namespace, labels),
            .. AffinityTerm.Preferred(affinity?.PodAntiAffinity?.PreferredDuringSchedulingIgnoredDuringExecution, @namespace, labels)
                .Select(term => term with { Weight = -term.Weight }),
        ];
        Spread = SpreadTerm.Of(spec.TopologySpreadConstraints, @namespace, labels);
    }

    public string Namespace { get; }
    public IReadOnlyDictionary<string, string> Labels { get; }
    public V1PodSpec Spec { get; }
    /// <summary>Uid of the controlling object; its other pods are kin, to be spread. Empty for none.</summary>
    public string Controller { get; }
    public ResourceAmounts Requests { get; }
    public ImmutableArray<HostPort> HostPorts { get; }
    /// <summary>The claims that it needs, in its namespace.</summary>
    public ImmutableArray<PodClaim> Claims { get; }
    public ImmutableArray<AffinityTerm> RequiredAffinity { get; }
    public ImmutableArray<AffinityTerm> RequiredAntiAffinity { get; }
    /// <summary>With a negative weight: anti-affinity.</summary>
    public ImmutableArray<AffinityTerm> PreferredAffinity { get; }
    public ImmutableArray<SpreadTerm> Spread { get; }
    public int Priority => Spec.Priority ?? 0;
    public bool MayPreempt => Spec.PreemptionPolicy != "Never";
    /// <summary>Whether where other pods are matters to it, by its own terms.</summary>
    public bool IsConstrained => RequiredAffinity.Length + RequiredAntiAffinity.Length + Spread.Length > 0;
    /// <summary>Pods that are placed or wait with this class.</summary>
    public int Users { get; set; }

    /// <exception cref="FormatException">A selector that cannot be read.</exception>
    public static PodClass Of(V1Pod pod) => new(
        pod.Metadata.NamespaceProperty ?? "",
        pod.Metadata.Name ?? "",
        pod.Metadata.Labels is { } labels ? new Dictionary<string, string>(labels, StringComparer.Ordinal) : ImmutableDictionary<string, string>.Empty,
        pod.Spec,
        Kinds.Pods.PodState.Controller(pod.Metadata)?.Uid ?? "");

    /// <summary>A number that is found out once; <see cref="ForgetWeight"/> lets it be found out again.</summary>
    public int CachedWeight(int term, Func<PodClass, int> weight)
    {
        const int Unknown = int.MinValue;
        if (_weights.Length <= term)
        {
            var before = _weights.Length;
            Array.Resize(ref _weights, Math.Max(8, (term + 1) * 2));
            Array.Fill(_weights, Unknown, before, _weights.Length - before);
        }
        if (_weights[term] == Unknown)
        {
            _weights[term] = weight(this);
        }
        return _weights[term];
    }

    public void ForgetWeight(int term)
    {
        if (term < _weights.Length)
        {
            _weights[term] = int.MinValue;
        }
    }
}
