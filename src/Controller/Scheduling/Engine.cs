using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Controller.Kinds.PersistentVolumes;
using Orchestrator.Controller.Scheduling.Constraints;
using Orchestrator.Controller.Scheduling.Filters;
using Orchestrator.Controller.Scheduling.Preempting;
using Orchestrator.Controller.Scheduling.Scorers;

namespace Orchestrator.Controller.Scheduling;

/// <summary>The scheduler without its surroundings: a picture of the cluster, and what decides over it. Pure.</summary>
internal sealed class Engine
{
    public Engine(SchedulerOptions options, Func<string, V1RuntimeClass?> runtimeClass, Func<string, IReadOnlyDictionary<string, string>?> namespaceLabels,
        VolumeReader? volumes = null)
    {
        var reasons = new ReasonNames();
        State = new ClusterState(namespaceLabels);
        ImmutableArray<IScorer> scorers = [new KinScorer(), new AllocationScorer(options.PacksNodes), new BalancedAllocationScorer(), new ImageLocalityScorer()];
        var judge = new NodeJudge(
            [
                new UnschedulableFilter(), new ReadyFilter(), new TaintFilter(), new NodeSelectorFilter(), new RuntimeClassFilter(runtimeClass),
                new HostPortFilter(), new ResourceFilter(), .. volumes is null ? [] : new IFilter[] { new VolumeFilter(volumes), new ClaimUseFilter(volumes, State) },
            ],
            [.. scorers.Select(scorer => (scorer, options.Weight(scorer.Name))).Where(pair => pair.Item2 > 0)],
            reasons);
        Placement = new Placement(State, judge,
        [
            new AffinityConstraint(reasons),
            new SpreadConstraint(options.Weight("PodTopologySpread"), reasons),
            new PreferenceConstraint(options.Weight("NodeAffinity"), options.Weight("TaintToleration")),
            new AttractionConstraint(options.Weight("InterPodAffinity")),
        ]);
        Preemption = new Preemption(State, Placement, reasons);
        Reasons = reasons;
    }

    public ClusterState State { get; }
    public Placement Placement { get; }
    public Preemption Preemption { get; }
    public ReasonNames Reasons { get; }
}
