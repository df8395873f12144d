using k8s.Models;
using Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;
using Orchestrator.Model.Metrics;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.HorizontalPodAutoscalers;

public sealed class AutoscalerPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Plan_Load_ScalesAndSaysWhy()
    {
        var plan = Plan(Item("cpu", 50), 2, [Pod("a"), Pod("b")], Used("a", "c", 200), Used("b", "c", 200));
        Assert.Equal((4, "cpu resource utilization (percentage of request) above target"), (plan.Replicas, plan.Why));
        Assert.Equal((2, 4, 200), (plan.Status.CurrentReplicas, plan.Status.DesiredReplicas, plan.Status.CurrentMetrics.Single().Resource.Current.AverageUtilization));
        Assert.Equal(["AbleToScale True SucceededRescale", "ScalingActive True ValidMetricFound", "ScalingLimited True ScaleUpLimit"], Conditions(plan));
        Assert.NotNull(plan.Status.LastScaleTime);
    }

    [Fact]
    public void Plan_NoMeasure_DoesNothingAndSaysSo()
    {
        var plan = Plan(Item("cpu", 50), 2, [Pod("a"), Pod("b")]);
        Assert.Null(plan.Replicas);
        Assert.Equal("FailedGetResourceMetric", plan.Problem?.Reason);
        Assert.Contains("ScalingActive False FailedGetResourceMetric", Conditions(plan));
    }

    [Fact]
    public void Plan_NoRequest_NamesTheContainer()
    {
        var pod = Pod("a");
        pod.Spec.Containers[0].Resources = null;
        Assert.Contains("missing request for cpu in container c of Pod a", Plan(Item("cpu", 50), 1, [pod], Used("a", "c", 10)).Problem?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OneMetricMissing_GrowsByTheOther_ButDoesNotShrink()
    {
        var item = Item("cpu", 50);
        item.Spec.Metrics.Add(new() { Type = "ContainerResource", ContainerResource = new() { Name = "cpu", Container = "absent", Target = new() { Type = "Utilization", AverageUtilization = 50 } } });
        Assert.Equal(2, Plan(item, 1, [Pod("a")], Used("a", "c", 100)).Replicas);
        var calm = Plan(item, 4, [Pod("a"), Pod("b"), Pod("d"), Pod("e")], [.. "abde".Select(name => Used($"{name}", "c", 1))]);
        Assert.Equal((null, "FailedGetContainerResourceMetric"), (calm.Replicas, calm.Problem?.Reason));
    }

    [Fact]
    public void Plan_BoundsFirst_WhateverIsMeasured()
    {
        Assert.Equal(10, Plan(Item("cpu", 50), 12, []).Replicas);
        Assert.Equal("ScalingActive False ScalingDisabled", Assert.Single(Conditions(Plan(Item("cpu", 50), 0, [])), text => text.StartsWith("ScalingActive", StringComparison.Ordinal)));
    }

    [Fact]
    public void Plan_YoungPod_CountsOnlyWhenMeasuredSinceItIsReady()
    {
        var young = Pod("young", started: Now.AddSeconds(-20));
        Assert.Equal("FailedGetResourceMetric", Plan(Item("cpu", 50), 1, [young], Used("young", "c", 100, Now.AddSeconds(-16))).Problem?.Reason);
        Assert.Equal(2, Plan(Item("cpu", 50), 1, [young], Used("young", "c", 100)).Replicas);
        // Memory says the same from the first measure on.
        Assert.Null(Plan(Item("memory", 50), 1, [young], Used("young", "c", 100, Now.AddSeconds(-16))).Problem);
    }

    [Fact]
    public void Plan_PodsMetric_CountsWhoWasNotMeasuredAgainstTheStep()
    {
        var metric = new V2MetricSpec { Type = "Pods", Pods = new() { Metric = new() { Name = "rps" }, Target = new() { Type = "AverageValue", AverageValue = new("10") } } };
        var plan = PlanAdapted(metric, 2, OutsideMetric.OfPods(new Dictionary<string, double> { ["a"] = 40_000 }));
        // b counts as idle: (40 + 0) / 2 a pod, twice the target.
        Assert.Equal((4, "pods metric rps above target"), (plan.Replicas, plan.Why));
        Assert.Equal("40", plan.Status.CurrentMetrics.Single().Pods.Current.AverageValue.ToString());
        Assert.Equal("FailedGetPodsMetric", PlanAdapted(metric, 2, OutsideMetric.OfPods(new Dictionary<string, double>())).Problem?.Reason);
    }

    [Theory]
    [InlineData("Value", 30_000, 6, "30")]
    [InlineData("AverageValue", 30_000, 3, "15")]
    [InlineData("AverageValue", 30_500, 4, "15250m")]
    [InlineData("Value", 10_900, null, "10900m")]
    [InlineData("AverageValue", 21_000, null, "10500m")]
    public void Plan_ExternalMetric_OfAllOrOfEach(string type, double total, int? replicas, string told)
    {
        var metric = new V2MetricSpec
        {
            Type = "External",
            External = new() { Metric = new() { Name = "queue" }, Target = new() { Type = type, Value = type == "Value" ? new("10") : null, AverageValue = type == "Value" ? null : new("10") } },
        };
        var plan = PlanAdapted(metric, 2, OutsideMetric.Of(total));
        Assert.Equal(replicas, plan.Replicas);
        var value = plan.Status.CurrentMetrics.Single().External.Current;
        Assert.Equal(told, (value.Value ?? value.AverageValue).ToString());
    }

    [Fact]
    public void Plan_ObjectMetric_SaysWhatItIsAbout()
    {
        var metric = new V2MetricSpec
        {
            Type = "Object",
            ObjectProperty = new()
            {
                DescribedObject = new() { ApiVersion = "v1", Kind = "Service", Name = "web" }, Metric = new() { Name = "hits" }, Target = new() { Type = "Value", Value = new("100") },
            },
        };
        var plan = PlanAdapted(metric, 2, OutsideMetric.Of(200_000));
        Assert.Equal((4, "Service metric hits above target"), (plan.Replicas, plan.Why));
        Assert.Equal(("web", "200"), (plan.Status.CurrentMetrics.Single().ObjectProperty.DescribedObject.Name, plan.Status.CurrentMetrics.Single().ObjectProperty.Current.Value.ToString()));
        var failed = PlanAdapted(metric, 2, OutsideMetric.Missing("it is away"));
        Assert.Equal((null, ("FailedGetObjectMetric", "unable to get metric hits: it is away")), (failed.Replicas, failed.Problem));
    }

    private static AutoscalerPlan PlanAdapted(V2MetricSpec metric, int current, OutsideMetric told)
    {
        var item = Item("cpu", 50);
        item.Spec.Metrics = [metric];
        item.Spec.Behavior.ScaleUp.Policies[0].Value = 1000;
        return AutoscalerPlanner.Plan(item, current, [Pod("a"), Pod("b")], Array.Empty<ContainerUsageReport>().ToLookup(report => report.PodUid),
            new Dictionary<V2MetricSpec, OutsideMetric> { [metric] = told }, new(), Now);
    }

    private static AutoscalerPlan Plan(V2HorizontalPodAutoscaler item, int current, V1Pod[] pods, params ContainerUsageReport[] usage) =>
        AutoscalerPlanner.Plan(item, current, pods, usage.ToLookup(report => report.PodUid), new Dictionary<V2MetricSpec, OutsideMetric>(), new(), Now);

    private static string[] Conditions(AutoscalerPlan plan) => [.. plan.Status.Conditions.Select(condition => $"{condition.Type} {condition.Status} {condition.Reason}")];

    private static ContainerUsageReport Used(string pod, string container, long percent, DateTimeOffset? at = null) =>
        new(pod, container, new(at ?? Now, TimeSpan.FromSeconds(5).Ticks, percent * 1_000_000, percent * (1 << 20)));

    private static V2HorizontalPodAutoscaler Item(string resource, int percent) => new()
    {
        Metadata = new() { Name = "web" },
        Spec = new()
        {
            MinReplicas = 1, MaxReplicas = 10,
            Metrics = [new() { Type = "Resource", Resource = new() { Name = resource, Target = new() { Type = "Utilization", AverageUtilization = percent } } }],
            Behavior = new() { ScaleUp = new() { StabilizationWindowSeconds = 0, SelectPolicy = "Max", Policies = [new() { Type = "Percent", Value = 100, PeriodSeconds = 15 }] } },
        },
    };

    private static V1Pod Pod(string name, DateTimeOffset? started = null) => new()
    {
        Metadata = new() { Name = name, Uid = name },
        Spec = new()
        {
            Containers =
            [
                new() { Name = "c", Resources = new() { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m"), ["memory"] = new("100Mi") } } },
            ],
        },
        Status = new()
        {
            Phase = "Running", StartTime = (started ?? Now.AddHours(-1)).UtcDateTime,
            Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = (started ?? Now.AddHours(-1)).UtcDateTime }],
        },
    };
}
