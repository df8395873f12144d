using System.Collections;
using System.Management.Automation;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Base;

public sealed class SelectorTransformationTests
{
    private static readonly SelectorTransformationAttribute Attribute = new();

    [Fact]
    public void Transform_Hashtable_BecomesText()
    {
        var selector = Attribute.Transform(
            null!, new Hashtable { ["app"] = "web", ["tier"] = new object[] { "front", "edge" }, ["canary"] = false, ["owner"] = true });

        Assert.Equal(["!canary", "app=web", "owner", "tier in (edge,front)"], Split((string)selector).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Transform_Nonsense_NamesThePlace()
    {
        var error = Assert.Throws<ArgumentTransformationMetadataException>(() => Attribute.Transform(null!, "app in web"));

        Assert.Contains("position", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Split(string selector) =>
        selector.Replace("(edge,front)", "(edge;front)", StringComparison.Ordinal).Split(',').Select(part => part.Replace(';', ','));
}
