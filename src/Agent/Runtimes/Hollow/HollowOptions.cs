using System.Globalization;
using Orchestrator.Model;

namespace Orchestrator.Agent.Runtimes.Hollow;

/// <summary>What <c>--hollow</c> and the options beside it say.</summary>
internal sealed class HollowOptions
{
    private const int PrefixLimit = 50;

    public static IReadOnlyList<string> Names { get; } =
        ["--hollow", "--hollow-prefix", "--hollow-start-delay", "--hollow-run-time", "--hollow-failure-rate", "--kubeconfig"];

    /// <summary><c>--hollow</c>. How many nodes; 0 for an agent that is one real node.</summary>
    public int Nodes { get; private set; }

    /// <summary><c>--hollow-prefix</c>. Nodes are PREFIX-0, PREFIX-1 and so on. At most 50 characters. Default hollow.</summary>
    public string Prefix { get; private set; } = "hollow";

    /// <summary><c>--hollow-start-delay</c>, hh:mm:ss. From a container's turn until it runs. Default 1 s.</summary>
    public TimeSpan StartDelay { get; private set; } = TimeSpan.FromSeconds(1);

    /// <summary><c>--hollow-run-time</c>, hh:mm:ss. How long containers run that end: init containers, and those of pods whose restartPolicy is not Always. Default 10 s.</summary>
    public TimeSpan RunTime { get; private set; } = TimeSpan.FromSeconds(10);

    /// <summary><c>--hollow-failure-rate</c>, 0 to 1. The share of containers that end that do so with exit code 1. Default 0.</summary>
    public double FailureRate { get; private set; }

    /// <summary><c>--kubeconfig</c>. Of someone who may act for every node. Required.</summary>
    public string? Kubeconfig { get; private set; }

    public string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{index}");

    /// <returns>What is wrong with the value, or null.</returns>
    public string? Set(string name, string value)
    {
        switch (name)
        {
            case "--hollow":
                return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var nodes) && nodes > 0
                    ? Keep(() => Nodes = nodes) : "expected a number of nodes above zero";
            case "--hollow-prefix":
                return value.Length <= PrefixLimit && NameRules.DnsSubdomain(value) is null
                    ? Keep(() => Prefix = value) : $"expected a DNS subdomain of at most {PrefixLimit} characters";
            case "--hollow-failure-rate":
                return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate is >= 0 and <= 1
                    ? Keep(() => FailureRate = rate) : "expected a share from 0 to 1";
            case "--kubeconfig":
                return File.Exists(value) ? Keep(() => Kubeconfig = Path.GetFullPath(value)) : "there is no such file";
            default:
                return TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero
                    ? Keep(() => SetTime(name, time)) : "expected a time as hh:mm:ss";
        }
    }

    private void SetTime(string name, TimeSpan time)
    {
        if (name == "--hollow-start-delay")
        {
            StartDelay = time;
        }
        else
        {
            RunTime = time;
        }
    }

    private static string? Keep(Action set)
    {
        set();
        return null;
    }
}
