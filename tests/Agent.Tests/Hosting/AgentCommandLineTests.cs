using Orchestrator.Agent.Hosting;
using Xunit;

namespace Orchestrator.Agent.Tests.Hosting;

public sealed class AgentCommandLineTests
{
    [Fact]
    public void Parse_All_IsRead()
    {
        var line = Parse("--data", "/d", "--node-name=n1", "--label", "a=b", "--label", "c=", "--capacity", "cpu=2,memory=4Gi", "--stop-pods-on-exit",
            "--lease-renew", "00:00:01");
        Assert.Empty(line.Errors);
        Assert.Equal(("/d", "n1", true, TimeSpan.FromSeconds(1)), (line.Options.DataFolder, line.Options.NodeName, line.Options.StopPodsOnExit, line.Options.LeaseRenew));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "b", ["c"] = "" }, line.Options.Labels);
        Assert.Equal("4Gi", line.Options.Capacity["memory"].ToString());
        Assert.Equal("/d/images", line.Options.ImageFolder);
    }

    [Fact]
    public void Parse_Hollow_IsRead()
    {
        var hollow = Parse("--data", "/d", "--hollow", "20", "--kubeconfig", Environment.ProcessPath!, "--hollow-prefix", "fake", "--hollow-start-delay", "00:00:00",
            "--hollow-run-time=00:01:00", "--hollow-failure-rate", "0.25").Options.Hollow;
        Assert.Equal((20, "fake-19", TimeSpan.Zero, TimeSpan.FromMinutes(1), 0.25), (hollow.Nodes, hollow.NameOf(19), hollow.StartDelay, hollow.RunTime, hollow.FailureRate));
    }

    [Fact]
    public void Parse_HollowMistakes_TellsAll()
    {
        var line = Parse("--data", "/d", "--hollow", "20", "--hollow-prefix", "Not_A_Name", "--hollow-run-time", "soon", "--hollow-failure-rate", "2");
        Assert.Collection(line.Errors.Order(StringComparer.Ordinal),
            error => Assert.StartsWith("--hollow-failure-rate", error, StringComparison.Ordinal),
            error => Assert.StartsWith("--hollow-prefix", error, StringComparison.Ordinal),
            error => Assert.StartsWith("--hollow-run-time", error, StringComparison.Ordinal),
            error => Assert.StartsWith("--kubeconfig: Required value", error, StringComparison.Ordinal));
        Assert.StartsWith("--hollow:", Assert.Single(Parse("--data", "/d", "--hollow", "0").Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ManyMistakes_TellsAll()
    {
        var line = Parse("--node-name", "Not_A_Name", "--capacity", "cpu=lots", "--nonsense", "--lease-duration", "00:00:01", "--label", "nope");
        Assert.Collection(line.Errors.Order(StringComparer.Ordinal),
            error => Assert.StartsWith("--capacity", error, StringComparison.Ordinal),
            error => Assert.StartsWith("--data", error, StringComparison.Ordinal),
            error => Assert.StartsWith("--label", error, StringComparison.Ordinal),
            error => Assert.StartsWith("--lease-duration", error, StringComparison.Ordinal),
            error => Assert.StartsWith("--node-name", error, StringComparison.Ordinal),
            error => Assert.StartsWith("--nonsense", error, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_Eviction_ThresholdsAreReadAndMistakesNamed()
    {
        var line = Parse("--data", "/d", "--eviction-hard", "memory.available<5%, nodefs.available<1Gi", "--image-gc-high-threshold", "70", "--image-gc-low-threshold", "60");
        Assert.Empty(line.Errors);
        Assert.Equal(["memory.available<5%", "nodefs.available<1Gi"], line.Options.EvictionHard.Select(threshold => $"{threshold.Signal}<{threshold.Value}"));
        Assert.Equal((70, 60), (line.Options.ImageGcHighThreshold, line.Options.ImageGcLowThreshold));
        Assert.Empty(Parse("--data", "/d", "--eviction-hard=").Options.EvictionHard);
        Assert.Collection(Parse("--data", "/d", "--eviction-hard", "memory<1Mi", "--image-gc-high-threshold", "101", "--image-gc-low-threshold", "99").Errors,
            error => Assert.StartsWith("--eviction-hard: Invalid value: \"memory<1Mi\"", error, StringComparison.Ordinal),
            error => Assert.StartsWith("--image-gc-high-threshold", error, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_Variable_FillsWhatArgumentsLeaveOut()
    {
        var variables = new Dictionary<string, string> { ["ORCHESTRATOR_AGENT_DATA"] = "/v", ["ORCHESTRATOR_AGENT_NODE_NAME"] = "from-variable" };
        var line = AgentCommandLine.Parse(["--node-name", "from-argument"], variables.GetValueOrDefault);
        Assert.Equal(("/v", "from-argument"), (line.Options.DataFolder, line.Options.NodeName));
    }

    [Fact]
    public void Parse_Purge_IsTheCommand() => Assert.Equal(AgentCommand.Purge, Parse("purge", "--data", "/d").Command);

    private static AgentCommandLine Parse(params string[] arguments) => AgentCommandLine.Parse(arguments, _ => null);
}
