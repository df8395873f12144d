using CsCheck;
using k8s.Models;
using Orchestrator.Controller.Scheduling;
using Xunit;
using static Orchestrator.Controller.Tests.Scheduling.TestScheduling;

namespace Orchestrator.Controller.Tests.Scheduling;

/// <summary>
/// The engine remembers what it found out about nodes. Whatever happens to nodes and pods, it chooses as an engine that sees the cluster for the
/// first time, and allows exactly what the rules, written down here a second time and as plainly as can be, allow.
/// </summary>
public sealed class PlacementProperties
{
    private const string Zone = "zone";
    private const string Host = "kubernetes.io/hostname";

    private static readonly Gen<int> Step = Gen.Int[0, 9];

    [Fact]
    public void Choose_AfterAnyHistory_IsThatOfAnExhaustiveSearch() =>
        Gen.Select(Gen.Int[1, 12], Gen.Select(Step, Gen.Int[0, 1_000_000]).Array[1, 60]).Sample((nodes, steps) =>
        {
            var world = new World(nodes);
            foreach (var (step, seed) in steps)
            {
                world.Do(step, seed);
                Compare(world);
            }
        }, iter: 60);

    private static void Compare(World world)
    {
        var known = world.Cluster.Engine.Placement;
        var (cluster, same) = world.Fresh();
        for (var index = 0; index < world.Classes.Length; index++)
        {
            var pod = world.Classes[index];
            var allowed = world.Allowed(pod).Order(StringComparer.Ordinal).ToArray();
            Assert.Equal(allowed, known.Judge(pod).Where(node => node.Score >= 0).Select(node => node.Node.Name).Order(StringComparer.Ordinal));
            var (choice, best) = (known.Choose(pod), cluster.Engine.Placement.Choose(same[index]));
            Assert.Equal(allowed.Length == 0, choice.Node is null);
            if (best.Node is not null)
            {
                Assert.Equal(best.Score, choice.Score, Math.Abs(best.Score) / 100);
            }
        }
    }

    private sealed record PlacedPod(string Name, string Node, int Kind, PodClass Class, bool Terminating);

    private sealed class World
    {
        private static readonly string[] Zones = ["a", "b", "c"];

        // A class belongs to one engine.
        private static PodClass[] Make() =>
        [
            Class(spec => spec.Containers[0].Resources = Requests("300m", "100Mi"), labels: "app=plain"),
            Class(spec => spec.NodeSelector = new Dictionary<string, string> { [Zone] = "a" }, labels: "app=picky"),
            Class(spec => spec.Affinity = new() { PodAntiAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = [Term(Host, "app=lonely")] } }, labels: "app=lonely"),
            Class(spec => spec.Affinity = new() { PodAntiAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = [Term(Zone, "app=plain")] } }, labels: "app=shy"),
            Class(spec => spec.Affinity = new() { PodAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = [Term(Zone, "app=group")] } }, labels: "app=group"),
            Class(spec => spec.TopologySpreadConstraints = [new() { TopologyKey = Zone, MaxSkew = 1, WhenUnsatisfiable = "DoNotSchedule", LabelSelector = Selector("app=even") }], labels: "app=even"),
            Class(spec => spec.Affinity = new() { PodAffinity = new() { PreferredDuringSchedulingIgnoredDuringExecution = [new() { Weight = 70, PodAffinityTerm = Term(Zone, "app=plain") }] } }, labels: "app=friend"),
            Class(spec => spec.Tolerations = [new() { Key = "old", OperatorProperty = "Exists" }], labels: "app=hardy"),
        ];

        private readonly Dictionary<string, V1Node> _nodes = [];
        private readonly Dictionary<string, PlacedPod> _pods = [];
        private int _names;

        public World(int nodes)
        {
            for (var index = 0; index < nodes; index++)
            {
                SetNode($"n{index}", Zones[index % 3], tainted: false, cordoned: false);
            }
        }

        public TestScheduling Cluster { get; } = new();

        public PodClass[] Classes { get; } = Make();

        public void Do(int step, int seed)
        {
            var nodes = _nodes.Keys.Order(StringComparer.Ordinal).ToArray();
            var node = nodes[seed % nodes.Length];
            switch (step)
            {
                case 0 when _pods.Count > 0:
                    Forget(_pods.Keys.Order(StringComparer.Ordinal).ElementAt(seed % _pods.Count));
                    break;
                case 1 when _pods.Count > 0:
                    var going = _pods[_pods.Keys.Order(StringComparer.Ordinal).ElementAt(seed % _pods.Count)];
                    Put(going with { Terminating = true });
                    break;
                case 2:
                    SetNode(node, Zones[seed % 3], tainted: seed % 2 == 0, cordoned: seed % 5 == 0);
                    break;
                case 3:
                    SetNode($"x{_names++}", seed % 4 == 3 ? null : Zones[seed % 3], tainted: false, cordoned: false);
                    break;
                case 4 when nodes.Length > 1:
                    foreach (var pod in _pods.Values.Where(pod => pod.Node == node).ToArray())
                    {
                        Forget(pod.Name);
                    }
                    _nodes.Remove(node);
                    Cluster.Engine.State.SetNode(node, null);
                    break;
                default:
                    // As a scheduler does: where it is allowed, and now and then where another put it.
                    var kind = seed % Classes.Length;
                    if ((seed % 7 == 0 ? node : Cluster.Choose(Classes[kind])) is { } target)
                    {
                        Put(new($"p{_names++}", target, kind, Classes[kind], false));
                    }
                    break;
            }
        }

        public (TestScheduling Cluster, PodClass[] Classes) Fresh()
        {
            var (fresh, classes) = (new TestScheduling(), Make());
            foreach (var (name, node) in _nodes)
            {
                fresh.Engine.State.SetNode(name, node);
            }
            foreach (var pod in _pods.Values)
            {
                fresh.Engine.State.Place(Info(pod with { Class = classes[pod.Kind] }));
            }
            return (fresh, classes);
        }

        /// <summary>The rules, plainly.</summary>
        public IEnumerable<string> Allowed(PodClass pod) => _nodes.Values.Where(node =>
            node.Spec.Unschedulable != true
            && (node.Spec.Taints ?? []).All(_ => pod.Spec.Tolerations is { Count: > 0 })
            && (pod.Spec.NodeSelector is null || Label(node, Zone) == pod.Spec.NodeSelector[Zone])
            && Cpu(pod) + _pods.Values.Where(other => other.Node == node.Metadata.Name).Sum(other => Cpu(other.Class)) <= 2000
            && pod.RequiredAntiAffinity.All(term => !Near(node, term.TopologyKey).Any(other => Matches(other.Class, term.Scope.Selector)))
            && Near(node, Host).Concat(Near(node, Zone)).All(other => other.Class.RequiredAntiAffinity.All(term =>
                !Matches(pod, term.Scope.Selector) || !Near(node, term.TopologyKey).Contains(other)))
            && pod.RequiredAffinity.All(term => Label(node, term.TopologyKey) is not null
                && (Near(node, term.TopologyKey).Any(other => Matches(other.Class, term.Scope.Selector))
                    || (Matches(pod, term.Scope.Selector) && !_pods.Values.Any(other => Matches(other.Class, term.Scope.Selector)))))
            && pod.Spread.All(term => Label(node, term.TopologyKey) is { } domain && Skew(pod, term.TopologyKey, domain) <= term.MaxSkew))
            .Select(node => node.Metadata.Name);

        private int Skew(PodClass pod, string key, string domain)
        {
            var counts = _nodes.Values.Where(node => Label(node, key) is not null).GroupBy(node => Label(node, key)!) // Just filtered.
                .ToDictionary(group => group.Key, group => _pods.Values.Count(other => !other.Terminating && Matches(other.Class, pod.Spread[0].Scope.Selector)
                    && group.Any(node => node.Metadata.Name == other.Node)));
            return counts[domain] + 1 - counts.Values.Min();
        }

        private IEnumerable<PlacedPod> Near(V1Node node, string key) => Label(node, key) is not { } domain ? []
            : _pods.Values.Where(other => _nodes.TryGetValue(other.Node, out var there) && Label(there, key) == domain);

        private static string? Label(V1Node node, string key) => node.Metadata.Labels.TryGetValue(key, out var value) ? value : null;

        private static bool Matches(PodClass pod, Orchestrator.Model.LabelSelector selector) => selector.Matches(pod.Labels);

        private static long Cpu(PodClass pod) => pod.Requests.CpuMillicores;

        private void Put(PlacedPod pod)
        {
            _pods[pod.Name] = pod;
            Cluster.Engine.State.Place(Info(pod));
        }

        private void Forget(string name)
        {
            _pods.Remove(name);
            Cluster.Engine.State.Forget(new("pods", "default", name));
        }

        private void SetNode(string name, string? zone, bool tainted, bool cordoned)
        {
            Cluster.Node(name, change: node =>
            {
                node.Spec.Unschedulable = cordoned ? true : null;
                node.Spec.Taints = tainted ? [new() { Key = "old", Effect = "NoSchedule" }] : null;
                _nodes[name] = node;
            }, labels: zone is null ? [] : [$"{Zone}={zone}"]);
        }

        private static PodInfo Info(PlacedPod pod) => new(new("pods", "default", pod.Name), pod.Name, pod.Class, pod.Node, pod.Terminating);
    }
}
