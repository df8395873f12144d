using k8s.Models;
using Orchestrator.Controller.Scheduling;
using Xunit;
using static Orchestrator.Controller.Tests.Scheduling.TestScheduling;

namespace Orchestrator.Controller.Tests.Scheduling;

/// <summary>Rules that look at a node among the others, as the Kubernetes documentation states them.</summary>
public sealed class ConstraintTests
{
    private const string Zone = "topology.kubernetes.io/zone";
    private const string Host = "kubernetes.io/hostname";
    private readonly TestScheduling _cluster = new();

    public ConstraintTests()
    {
        _cluster.Node("a1", labels: $"{Zone}=a");
        _cluster.Node("a2", labels: $"{Zone}=a");
        _cluster.Node("b1", labels: $"{Zone}=b");
    }

    [Fact]
    public void Affinity_Required_GoesWhereItsFriendsAre()
    {
        _cluster.Put("b1", Class(labels: "app=cache"));
        Assert.Equal("b1", _cluster.Choose(Class(spec => spec.Affinity = new() { PodAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = [Term(Zone, "app=cache")] } })));
    }

    [Fact]
    public void Affinity_RequiredAndNoFriends_WaitsUnlessItIsTheFirstOfThem()
    {
        void Together(V1PodSpec spec) => spec.Affinity = new() { PodAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = [Term(Zone, "app=group")] } };
        Assert.Contains("3 node(s) didn't match pod affinity rules", _cluster.Explain(Class(Together)), StringComparison.Ordinal);
        Assert.NotNull(_cluster.Choose(Class(Together, labels: "app=group")));
        _cluster.Put("b1", Class(labels: "app=group"));
        Assert.Equal("b1", _cluster.Choose(Class(Together, labels: "app=group")));
    }

    [Fact]
    public void Affinity_OfSeveralTerms_OnlyPodsThatAllMatchCount()
    {
        _cluster.Put("a1", Class(labels: "app=cache"));
        _cluster.Put("b1", Class(labels: ["app=cache", "tier=front"]));
        var pod = Class(spec => spec.Affinity = new() { PodAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = [Term(Zone, "app=cache"), Term(Zone, "tier=front")] } });
        Assert.Equal("b1", _cluster.Choose(pod));
    }

    [Fact]
    public void AntiAffinity_OwnAndOthers_KeepApart()
    {
        void Apart(V1PodSpec spec) => spec.Affinity = new() { PodAntiAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = [Term(Host, "app=lonely")] } };
        _cluster.Put("a1", Class(Apart, labels: "app=lonely"));
        _cluster.Put("a2", Class(Apart, labels: "app=lonely"));
        Assert.Equal("b1", _cluster.Choose(Class(Apart, labels: "app=lonely")));
        // Who says nothing itself is kept away by those who do.
        Assert.Equal("b1", _cluster.Choose(Class(labels: "app=lonely")));
        _cluster.Put("b1", Class(Apart, labels: "app=lonely"));
        Assert.Contains("3 node(s) didn't match pod anti-affinity rules", _cluster.Explain(Class(Apart, labels: "app=lonely")), StringComparison.Ordinal);
        Assert.Contains("3 node(s) didn't satisfy existing pods anti-affinity rules", _cluster.Explain(Class(labels: "app=lonely")), StringComparison.Ordinal);
        Assert.NotNull(_cluster.Choose(Class(labels: "app=other")));
    }

    [Fact]
    public void AntiAffinity_AcrossNamespaces_ByNameAndByLabel()
    {
        _cluster.Namespaces["blue"] = new Dictionary<string, string> { ["team"] = "blue" };
        _cluster.Namespaces["default"] = new Dictionary<string, string>();
        var there = Class(@namespace: "blue", labels: "app=x");
        foreach (var node in new[] { "a1", "a2" })
        {
            _cluster.Put(node, there);
        }
        V1PodAffinityTerm Term(Action<V1PodAffinityTerm> change)
        {
            var term = TestScheduling.Term(Host, "app=x");
            change(term);
            return term;
        }
        PodClass Pod(V1PodAffinityTerm term) => Class(spec => spec.Affinity = new() { PodAntiAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = [term] } });
        _cluster.Put("b1", Class(spec => spec.Containers[0].Resources = Requests("1500m", "1Mi")));
        // Pods of other namespaces are none of its business unless it says so.
        Assert.NotEqual("b1", _cluster.Choose(Pod(Term(_ => { }))));
        Assert.Equal("b1", _cluster.Choose(Pod(Term(term => term.Namespaces = ["blue"]))));
        Assert.Equal("b1", _cluster.Choose(Pod(Term(term => term.NamespaceSelector = Selector("team=blue")))));
        Assert.Equal("b1", _cluster.Choose(Pod(Term(term => term.NamespaceSelector = new()))));
        // The labels of namespaces change.
        var red = Pod(Term(term => term.NamespaceSelector = Selector("team=red")));
        Assert.NotEqual("b1", _cluster.Choose(red));
        _cluster.Namespaces["blue"] = new Dictionary<string, string> { ["team"] = "red" };
        _cluster.Engine.State.RecountNamespaces([there, red]);
        Assert.Equal("b1", _cluster.Choose(red));
    }

    [Theory]
    [InlineData(100, "b1")]
    [InlineData(-100, "a2")]
    public void Affinity_Preferred_Draws(int weight, string expected)
    {
        _cluster.Put("b1", Class(labels: "app=cache"));
        _cluster.Put("a1", Class());
        V1WeightedPodAffinityTerm[] terms = [new() { Weight = Math.Abs(weight), PodAffinityTerm = Term(Zone, "app=cache") }];
        Assert.Equal(expected, _cluster.Choose(Class(spec => spec.Affinity = weight > 0
            ? new() { PodAffinity = new() { PreferredDuringSchedulingIgnoredDuringExecution = terms } }
            : new() { PodAntiAffinity = new() { PreferredDuringSchedulingIgnoredDuringExecution = terms } })));
    }

    [Fact]
    public void Spread_DoNotSchedule_HoldsTheSkew()
    {
        var pod = Class(spec => spec.TopologySpreadConstraints = [Spread(Zone, 1)], labels: "app=web");
        _cluster.Put("a1", pod);
        Assert.Equal("b1", _cluster.Choose(pod));
        _cluster.Put("b1", pod);
        Assert.NotNull(_cluster.Choose(pod));
        _cluster.Put("a2", pod);
        Assert.Equal("b1", _cluster.Choose(pod));
    }

    [Fact]
    public void Spread_TerminatingPods_DoNotCount()
    {
        var pod = Class(spec => spec.TopologySpreadConstraints = [Spread(Host, 1)], labels: "app=web");
        foreach (var node in new[] { "a1", "a2" })
        {
            _cluster.Put(node, pod);
        }
        _cluster.Put("b1", pod, terminating: true);
        Assert.Equal("b1", _cluster.Choose(pod));
    }

    [Fact]
    public void Spread_NodeWithoutTheLabel_IsOut()
    {
        _cluster.Node("nowhere");
        var pod = Class(spec => spec.TopologySpreadConstraints = [Spread(Zone, 1)], labels: "app=web");
        Assert.NotEqual("nowhere", _cluster.Choose(pod));
        foreach (var node in new[] { "a1", "a2", "b1" })
        {
            _cluster.Node(node, change: one => one.Spec.Unschedulable = true, labels: $"{Zone}={node[0]}");
        }
        Assert.Contains("1 node(s) didn't match pod topology spread constraints (missing required label)", _cluster.Explain(pod), StringComparison.Ordinal);
    }

    [Fact]
    public void Spread_MinDomains_CountsMissingOnesAsEmpty()
    {
        PodClass Pod(int domains) => Class(spec => spec.TopologySpreadConstraints = [Spread(Zone, 1, one => one.MinDomains = domains)], labels: "app=web");
        _cluster.Put("a1", Pod(2));
        _cluster.Put("b1", Pod(2));
        Assert.NotNull(_cluster.Choose(Pod(2)));
        Assert.Null(_cluster.Choose(Pod(3)));
    }

    [Theory]
    [InlineData("Honor", true)]
    [InlineData("Ignore", false)]
    public void Spread_NodeAffinityPolicy_SaysWhichNodesCount(string policy, bool fits)
    {
        var pod = Class(spec =>
        {
            spec.NodeSelector = new Dictionary<string, string> { [Zone] = "a" };
            spec.TopologySpreadConstraints = [Spread(Zone, 1, one => one.NodeAffinityPolicy = policy)];
        }, labels: "app=web");
        _cluster.Put("a1", pod);
        Assert.Equal(fits, _cluster.Choose(pod) is not null);
    }

    [Fact]
    public void Spread_ScheduleAnyway_PrefersTheEmptierDomain()
    {
        var pod = Class(spec => spec.TopologySpreadConstraints = [Spread(Zone, 1, one => one.WhenUnsatisfiable = "ScheduleAnyway")], labels: "app=web");
        _cluster.Put("a1", pod);
        Assert.Equal("b1", _cluster.Choose(pod));
        _cluster.Node("b1", change: node => node.Spec.Unschedulable = true, labels: $"{Zone}=b");
        Assert.StartsWith("a", _cluster.Choose(pod), StringComparison.Ordinal);
    }

    private static V1TopologySpreadConstraint Spread(string key, int skew, Action<V1TopologySpreadConstraint>? change = null)
    {
        var constraint = new V1TopologySpreadConstraint { TopologyKey = key, MaxSkew = skew, WhenUnsatisfiable = "DoNotSchedule", LabelSelector = Selector("app=web") };
        change?.Invoke(constraint);
        return constraint;
    }
}
