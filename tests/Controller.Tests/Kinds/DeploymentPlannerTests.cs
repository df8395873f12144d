using CsCheck;
using k8s.Models;
using Orchestrator.Controller.Kinds.Deployments;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds;

public sealed class DeploymentPlannerTests
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>A set as the world has it: what is desired, how many pods run, and how many of them are available.</summary>
    private sealed class Set(string name, int age, int desired, int available)
    {
        public int Desired { get; private set; } = desired;
        public int Available { get; private set; } = available;

        public SetState State => new(name, Start.AddMinutes(age), Desired, Available);
        public string Name => name;

        /// <summary>Pods that serve nobody are deleted first, as the ReplicaSet does.</summary>
        public void Scale(int replicas)
        {
            Desired = replicas;
            Available = Math.Min(Available, replicas);
        }

        public bool MakeOneAvailable() => Available < Desired && ++Available > 0;
    }

    [Fact]
    public void Roll_AnyStart_KeepsItsBoundsAndEnds() => Gen.Select(Gen.Int[0, 12], Gen.Int[0, 12], Gen.Int[0, 12], Gen.Int[0, 12].Array[0, 3], Gen.Int).Sample((replicas, unavailable, surge, olds, seed) =>
    {
        var bounds = Bounds(replicas, unavailable, surge);
        var random = new Random(seed);
        var current = new Set("new", 9, 0, 0);
        // A start that the bounds allow: at most replicas + surge pods, all available.
        var room = replicas + bounds.MaxSurge;
        var old = olds.Select((count, i) =>
        {
            var desired = Math.Min(count, room);
            room -= desired;
            return new Set($"old{i}", i, desired, desired);
        }).ToArray();
        var floor = Math.Min(replicas - bounds.MaxUnavailable, old.Sum(set => set.Available));
        for (var step = 0; step < 500; step++)
        {
            var plan = DeploymentPlanner.Roll(replicas, bounds, current.State, [.. old.Select(set => set.State)]);
            foreach (var set in old.Append(current))
            {
                if (plan.TryGetValue(set.Name, out var wanted))
                {
                    Assert.NotEqual(set.Desired, wanted);
                    set.Scale(wanted);
                }
            }
            var all = old.Append(current).ToArray();
            Assert.True(all.Sum(set => set.Desired) <= Math.Max(replicas + bounds.MaxSurge, 0), $"surge: {all.Sum(set => set.Desired)}");
            Assert.True(all.Sum(set => set.Available) >= floor, $"availability: {all.Sum(set => set.Available)} < {floor}");
            floor = Math.Max(floor, Math.Min(replicas - bounds.MaxUnavailable, all.Sum(set => set.Available)));
            if (plan.Count == 0 && current.Desired == replicas && old.All(set => set.Desired == 0) && current.Available == replicas)
            {
                return;
            }
            var waiting = all.Where(set => set.Available < set.Desired).ToArray();
            // Some pod makes progress in every step in which the planner waits.
            if (waiting.Length > 0 && (plan.Count == 0 || random.Next(2) == 0))
            {
                waiting[random.Next(waiting.Length)].MakeOneAvailable();
            }
        }
        Assert.Fail($"never ends: new {current.State}, old {string.Join(' ', old.Select(set => set.State))}");
    });

    [Fact]
    public void Roll_NewPodsNeverAvailable_KeepsWhatServes()
    {
        var bounds = Bounds(10, 2, 3);
        var (current, old) = (new Set("new", 9, 0, 0), new Set("old", 1, 10, 10));
        for (var step = 0; step < 50; step++)
        {
            var plan = DeploymentPlanner.Roll(10, bounds, current.State, [old.State]);
            current.Scale(plan.GetValueOrDefault("new", current.Desired));
            old.Scale(plan.GetValueOrDefault("old", old.Desired));
        }
        Assert.Equal((8, 5), (old.Available, current.Desired));
    }

    [Fact]
    public void Roll_UnhealthyOldPods_GoFirst()
    {
        var plan = DeploymentPlanner.Roll(4, new(0, 1), new("new", Start, 1, 0), [new("broken", Start, 2, 0), new("good", Start.AddMinutes(1), 2, 2)]);
        Assert.Equal(new Dictionary<string, int>(), plan.Where(pair => pair.Key == "good").ToDictionary());
    }

    [Fact]
    public void Recreate_OldPods_AreGoneBeforeNewOnesCome()
    {
        var (current, old) = (new SetState("new", Start, 0, 0), new SetState("old", Start, 3, 3));
        Assert.Equal(new Dictionary<string, int> { ["old"] = 0 }, DeploymentPlanner.Recreate(3, current, [old], oldPodsRemain: true));
        Assert.Empty(DeploymentPlanner.Recreate(3, current, [old with { Desired = 0 }], oldPodsRemain: true));
        Assert.Equal(new Dictionary<string, int> { ["new"] = 3 }, DeploymentPlanner.Recreate(3, current, [old with { Desired = 0 }], oldPodsRemain: false));
    }

    [Fact]
    public void Scale_InTheMiddleOfARollout_SharesByTheSizeOfTheSets()
    {
        // The documentation's own example: 10 replicas at 8 + 5, scaled to 15 with a surge of 3.
        var plan = DeploymentPlanner.Scale(15, new(2, 3), rolling: true, new("new", Start.AddMinutes(1), 5, 0, 13), [new("old", Start, 8, 8, 13)]);
        Assert.Equal(new Dictionary<string, int> { ["old"] = 11, ["new"] = 7 }, plan);
    }

    [Fact]
    public void Scale_AnySets_SumsUpToReplicasAndSurge() => Gen.Select(Gen.Int[1, 20], Gen.Int[0, 5], Gen.Int[1, 9].Array[2, 4]).Sample((replicas, surge, desired) =>
    {
        var former = desired.Sum();
        var sets = desired.Select((count, i) => new SetState($"s{i}", Start.AddMinutes(i), count, 0, former)).ToArray();
        var plan = DeploymentPlanner.Scale(replicas, new(0, surge), rolling: true, sets[0], sets[1..]);
        Assert.Equal(replicas + surge, sets.Sum(set => plan.GetValueOrDefault(set.Name, set.Desired)));
        Assert.All(plan.Values, value => Assert.True(value >= 0));
    });

    [Theory]
    [InlineData(10, "25%", "25%", 2, 3)]
    [InlineData(1, "25%", "25%", 0, 1)]
    [InlineData(4, "0%", "0%", 1, 0)]
    [InlineData(3, "1", "0", 1, 0)]
    [InlineData(2, "100%", "100%", 2, 2)]
    [InlineData(2, "5", "1", 2, 1)]
    public void RollingBounds_NumbersAndPercentages_RoundToTheSafeSide(int replicas, string unavailable, string surge, int expectedUnavailable, int expectedSurge) =>
        Assert.Equal(new RollingBounds(expectedUnavailable, expectedSurge), RollingBounds.Of(new V1Deployment
        {
            Spec = new() { Replicas = replicas, Strategy = new() { RollingUpdate = new() { MaxUnavailable = unavailable, MaxSurge = surge } } },
        }));

    [Fact]
    public void TemplateHash_SameTemplate_IsStableAndIgnoresItsOwnLabel()
    {
        V1PodTemplateSpec Template(string image, string? hash)
        {
            var labels = new Dictionary<string, string> { ["app"] = "web" };
            if (hash is not null)
            {
                labels["pod-template-hash"] = hash;
            }
            return new() { Metadata = new() { Labels = labels }, Spec = new() { Containers = [new() { Name = "a", Image = image }] } };
        }
        Assert.Equal(TemplateHash.Of(Template("x", null), null), TemplateHash.Of(Template("x", "abc"), null));
        Assert.NotEqual(TemplateHash.Of(Template("x", null), null), TemplateHash.Of(Template("y", null), null));
        Assert.NotEqual(TemplateHash.Of(Template("x", null), null), TemplateHash.Of(Template("x", null), 1));
        Assert.True(TemplateHash.Same(Template("x", null), Template("x", "abc")));
    }

    private static RollingBounds Bounds(int replicas, int unavailable, int surge) => RollingBounds.Of(new V1Deployment
    {
        Spec = new() { Replicas = replicas, Strategy = new() { RollingUpdate = new() { MaxUnavailable = $"{unavailable}", MaxSurge = $"{surge}" } } },
    });
}
