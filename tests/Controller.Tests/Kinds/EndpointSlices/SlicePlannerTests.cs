using CsCheck;
using k8s.Models;
using Orchestrator.Controller.Kinds.EndpointSlices;
using Orchestrator.Controller.Kinds.Services;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.EndpointSlices;

public sealed class SlicePlannerTests
{
    private static readonly Dictionary<string, string> Labels = new() { [SliceLabels.ServiceName] = "web" };

    [Fact]
    public void Plan_AnyChangeOfPods_EndsWithEachEndpointOnceInFullEnoughSlices() =>
        Gen.Select(Gen.Int[0, 260].SelectMany(count => Gen.Bool.Array[count]), Gen.Int[0, 260].SelectMany(count => Gen.Bool.Array[count]), Gen.Int[1, 3]).Sample((before, after, ports) =>
        {
            var slices = Apply([], SlicePlanner.Plan(Groups(before, ports), [], Labels));
            Check(Groups(before, ports), slices);
            var plan = SlicePlanner.Plan(Groups(after, ports), slices, Labels);
            slices = Apply(slices, plan);
            Check(Groups(after, ports), slices);
            Assert.True(SlicePlanner.Plan(Groups(after, ports), slices, Labels).IsEmpty);
        });

    [Fact]
    public void Plan_OneEndpointChanges_OneSliceIsWritten()
    {
        var ready = Enumerable.Repeat(true, 250).ToArray();
        var slices = Apply([], SlicePlanner.Plan(Groups(ready, 1), [], Labels));
        Assert.Equal(3, slices.Count);
        ready[120] = false;
        var plan = SlicePlanner.Plan(Groups(ready, 1), slices, Labels);
        Assert.Equal((0, 1, 0), (plan.Create.Count, plan.Update.Count, plan.Delete.Count));
    }

    [Fact]
    public void Plan_OneReplacesAnother_OneSliceIsWrittenThoughOthersHaveRoom()
    {
        var slices = Apply([], SlicePlanner.Plan(Groups(Enumerable.Repeat(true, 250).ToArray(), 1), [], Labels));
        var full = slices.First(slice => slice.Endpoints.Count == 100);
        var leaving = full.Endpoints[7].TargetRef.Uid;
        var group = Groups(Enumerable.Repeat(true, 251).ToArray(), 1)[0];
        var plan = SlicePlanner.Plan([group with { Endpoints = [.. group.Endpoints.Where(endpoint => endpoint.TargetRef.Uid != leaving)] }], slices, Labels);
        Assert.Equal((0, full.Metadata.Name, 0), (plan.Create.Count, Assert.Single(plan.Update).Metadata.Name, plan.Delete.Count));
    }

    [Fact]
    public void Plan_LastEndpointGoesAndOneComes_TheSameSliceSaysSo()
    {
        var slices = Apply([], SlicePlanner.Plan(Groups([true], 1), [], Labels));
        var name = Assert.Single(slices).Metadata.Name;
        slices = Apply(slices, SlicePlanner.Plan([], slices, Labels));
        Assert.Equal((name, 0), (Assert.Single(slices).Metadata.Name, slices[0].Endpoints.Count));
        slices = Apply(slices, SlicePlanner.Plan(Groups([true], 1), slices, Labels));
        Assert.Equal((name, 1, 1), (Assert.Single(slices).Metadata.Name, slices[0].Endpoints.Count, slices[0].Ports.Count));
    }

    [Fact]
    public void Plan_LabelsOfTheServiceChange_EverySliceFollows()
    {
        var slices = Apply([], SlicePlanner.Plan(Groups(Enumerable.Repeat(true, 150).ToArray(), 1), [], Labels));
        var plan = SlicePlanner.Plan(Groups(Enumerable.Repeat(true, 150).ToArray(), 1), slices, new Dictionary<string, string>(Labels) { ["team"] = "a" });
        Assert.Equal((0, 2, 0), (plan.Create.Count, plan.Update.Count, plan.Delete.Count));
        Assert.All(plan.Update, slice => Assert.Equal("a", slice.Metadata.Labels["team"]));
    }

    private static SliceGroup[] Groups(bool[] ready, int ports) =>
    [
        .. ready.Select((isReady, i) => (isReady, i)).GroupBy(pod => pod.i % ports).Select(group => new SliceGroup("IPv4", [new("http", 8080 + group.Key, "TCP", null)],
        [
            .. group.Select(pod => new V1Endpoint
            {
                Addresses = [$"10.0.{pod.i / 250}.{pod.i % 250}"], Conditions = new() { Ready = pod.isReady }, TargetRef = new() { Uid = $"u{pod.i}" },
            }),
        ])),
    ];

    private static List<V1EndpointSlice> Apply(List<V1EndpointSlice> slices, SlicePlan plan)
    {
        var result = slices.Where(slice => plan.Delete.All(gone => gone.Metadata.Name != slice.Metadata.Name))
            .Select(slice => plan.Update.FirstOrDefault(changed => changed.Metadata.Name == slice.Metadata.Name) ?? slice).ToList();
        foreach (var made in plan.Create)
        {
            made.Metadata.Name = $"s{Guid.NewGuid():N}";
            result.Add(made);
        }
        return result;
    }

    private static void Check(SliceGroup[] groups, List<V1EndpointSlice> slices)
    {
        Assert.All(slices, slice => Assert.InRange(slice.Endpoints.Count, 0, SlicePlanner.MaxEndpoints));
        Assert.True(slices.Count > 0 && (slices.Count == 1 || slices.All(slice => slice.Endpoints.Count > 0)));
        var shown = slices.SelectMany(slice => slice.Endpoints.Select(endpoint => (endpoint.TargetRef.Uid, endpoint.Conditions.Ready, slice.Ports[0].Port)));
        var wanted = groups.SelectMany(group => group.Endpoints.Select(endpoint => (endpoint.TargetRef.Uid, endpoint.Conditions.Ready, group.Ports[0].Number)));
        Assert.Equal(wanted.Order(), shown.Order());
    }
}
