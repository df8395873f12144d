using System.Xml.Linq;
using Xunit;

namespace Orchestrator.Cluster.Tests.Repository;

/// <summary>References point one way: Controller, Agent and Cmdlets know the Model and never each other; the Loader and the Shell know nobody.</summary>
public sealed class ReferenceTests
{
    [Theory]
    [InlineData("Model", "")]
    [InlineData("Loader", "")]
    [InlineData("Shell", "")]
    [InlineData("Controller", "Orchestrator.Model")]
    [InlineData("Agent", "Orchestrator.Model")]
    [InlineData("Cmdlets", "Orchestrator.Model")]
    public void Project_References_OnlyWhatItMay(string project, string allowed)
    {
        var file = XDocument.Load(Path.Combine(Checkout.Root, "src", project, $"Orchestrator.{project}.csproj"));
        var references = file.Descendants("ProjectReference").Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.Equal(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries), references);
    }

    [Fact]
    public void Packages_Used_HaveTheirReasonWrittenDown()
    {
        var reasons = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "dependencies.md"));
        var packages = XDocument.Load(Path.Combine(Checkout.Root, "Directory.Packages.props")).Descendants("PackageVersion").Select(item => item.Attribute("Include")!.Value);
        Assert.All(packages, package => Assert.Contains($"`{package}`", reasons, StringComparison.Ordinal));
    }
}
