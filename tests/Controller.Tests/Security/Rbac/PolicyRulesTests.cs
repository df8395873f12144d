using k8s.Models;
using Orchestrator.Controller.Security.Rbac;
using Xunit;

namespace Orchestrator.Controller.Tests.Security.Rbac;

public sealed class PolicyRulesTests
{
    [Theory]
    [InlineData("get", "", "pods", null, true)]
    [InlineData("get", "", "pods", "web", true)]
    [InlineData("delete", "", "pods", null, false)]
    [InlineData("get", "apps", "pods", null, false)]
    [InlineData("get", "", "pods/log", "web", false)]
    public void Allows_NamedVerbGroupAndResource(string verb, string group, string resource, string? name, bool expected) =>
        Assert.Equal(expected, PolicyRules.Allows(Rule(["get"], [""], ["pods"]), new(verb, group, resource, "ns", name)));

    [Theory]
    [InlineData("*", "pods/log", true)]
    [InlineData("pods/*", "pods/log", false)]
    [InlineData("*/scale", "deployments/scale", true)]
    [InlineData("*/scale", "deployments/status", false)]
    [InlineData("*/scale", "scale", false)]
    [InlineData("pods/log", "pods", false)]
    public void Allows_ResourcePatterns(string pattern, string resource, bool expected) =>
        Assert.Equal(expected, PolicyRules.Allows(Rule(["*"], ["*"], [pattern]), new("get", "apps", resource, "ns", "x")));

    [Fact]
    public void Allows_Names_OnlyThoseAndNeverACollection()
    {
        var rule = Rule(["get", "list"], [""], ["secrets"], ["one"]);
        Assert.True(PolicyRules.Allows(rule, new("get", "", "secrets", "ns", "one")));
        Assert.False(PolicyRules.Allows(rule, new("get", "", "secrets", "ns", "two")));
        Assert.False(PolicyRules.Allows(rule, new("list", "", "secrets", "ns", null)));
    }

    [Theory]
    [InlineData("/metrics", "/metrics", true)]
    [InlineData("/api/*", "/api/v1", true)]
    [InlineData("/api/*", "/apis", false)]
    [InlineData("*", "/anything", true)]
    public void Allows_Paths(string pattern, string path, bool expected)
    {
        var rule = new V1PolicyRule { Verbs = ["get"], NonResourceURLs = [pattern] };
        Assert.Equal(expected, PolicyRules.Allows(rule, AccessRequest.OfPath("get", path)));
        Assert.False(PolicyRules.Allows(Rule(["*"], ["*"], ["*"]), AccessRequest.OfPath("get", path)));
    }

    [Fact]
    public void Missing_SeveralRulesTogetherMayHold_WhatNoneHoldsIsNamed()
    {
        V1PolicyRule[] owned = [Rule(["get"], [""], ["pods", "services"]), Rule(["list"], [""], ["pods"]), Rule(["get"], [""], ["secrets"], ["one"])];
        Assert.Empty(PolicyRules.Missing(owned, [Rule(["get", "list"], [""], ["pods"])]));
        Assert.Empty(PolicyRules.Missing(owned, [Rule(["get"], [""], ["secrets"], ["one"])]));
        Assert.Equal(["{APIGroups:[\"\"], Resources:[\"services\"], Verbs:[\"list\"]}"], PolicyRules.Missing(owned, [Rule(["get", "list"], [""], ["pods", "services"])]).Select(PolicyRules.Show));
        Assert.Single(PolicyRules.Missing(owned, [Rule(["get"], [""], ["secrets"])]));
        Assert.Single(PolicyRules.Missing(owned, [Rule(["*"], [""], ["pods"])]));
        Assert.Single(PolicyRules.Missing(owned, [new() { Verbs = ["get"], NonResourceURLs = ["/metrics"] }]));
    }

    private static V1PolicyRule Rule(string[] verbs, string[] groups, string[] resources, string[]? names = null) =>
        new() { Verbs = verbs, ApiGroups = groups, Resources = resources, ResourceNames = names };
}
