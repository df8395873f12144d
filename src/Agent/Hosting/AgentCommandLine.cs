using System.Globalization;
using Orchestrator.Agent.Networking.Proxy;
using Orchestrator.Agent.Nodes.Eviction;
using Orchestrator.Agent.Runtimes.Hollow;
using Orchestrator.Model;

namespace Orchestrator.Agent.Hosting;

internal enum AgentCommand
{
    Run,
    /// <summary>Ends every process that this data folder's records tell of.</summary>
    Purge,
    Help,
}

/// <summary>Arguments and variables as options. Every mistake is found in one go and named by its option.</summary>
internal sealed class AgentCommandLine
{
    public const string Usage = """
        usage: orchestrator-agent --data DIR [--node-name NAME] [--bootstrap-kubeconfig FILE] [--image-root DIR]
                                  [--runtime process|docker|auto] [--docker-endpoint URI] [--pod-pids-limit NUMBER]
                                  [--label KEY=VALUE]... [--capacity cpu=2,memory=4Gi,pods=110] [--stop-pods-on-exit]
                                  [--dns auto|none] [--cluster-domain NAME] [--proxy auto|nftables|iptables|userspace|none]
                                  [--provisioner-root DIR] [--powershell PROGRAM]
                                  [--lease-renew TIME] [--lease-duration TIME] [--status-interval TIME]
                                  [--restart-backoff TIME] [--restart-backoff-cap TIME] [--restart-backoff-reset TIME]
                                  [--eviction-hard memory.available<100Mi,nodefs.available<10%,...]
                                  [--eviction-pressure-transition-period TIME]
                                  [--image-gc-high-threshold PERCENT] [--image-gc-low-threshold PERCENT] [--minimum-image-ttl-duration TIME]
               orchestrator-agent purge --data DIR
               orchestrator-agent --hollow NODES --kubeconfig FILE --data DIR [--hollow-prefix NAME] [--hollow-start-delay TIME] [--hollow-run-time TIME]
                                  [--hollow-failure-rate 0..1] [--label KEY=VALUE]... [--capacity cpu=4,memory=32Gi,pods=110]
                                  [--lease-renew TIME] [--lease-duration TIME] [--status-interval TIME] [--restart-backoff... TIME]
        --hollow makes fake nodes PREFIX-0, PREFIX-1 and so on, for scale tests: their pods run nowhere but in the API. FILE is the administrator's kubeconfig.
        TIME is hh:mm:ss. An option that is not given is read from its variable: ORCHESTRATOR_AGENT_NODE_NAME for --node-name.
        """;

    private readonly Dictionary<string, Action<string>> _valued;
    private readonly List<string> _errors = [];

    private AgentCommandLine()
    {
        _valued = new(StringComparer.Ordinal)
        {
            ["--data"] = value => Options.DataFolder = value,
            ["--node-name"] = value => Options.NodeName = value,
            ["--bootstrap-kubeconfig"] = value => Options.BootstrapKubeconfig = value,
            ["--image-root"] = value => Options.ImageRoot = value,
            ["--provisioner-root"] = value => Options.ProvisionerRoot = Path.GetFullPath(value),
            ["--powershell"] = value => Options.PowerShell = value,
            ["--runtime"] = SetRuntime,
            ["--docker-endpoint"] = SetDockerEndpoint,
            ["--pod-pids-limit"] = SetPidsLimit,
            ["--dns"] = SetDns,
            ["--proxy"] = SetProxy,
            ["--cluster-domain"] = SetClusterDomain,
            ["--label"] = AddLabel,
            ["--capacity"] = AddCapacity,
            ["--lease-renew"] = value => Options.LeaseRenew = Time("--lease-renew", value),
            ["--lease-duration"] = value => Options.LeaseDuration = Time("--lease-duration", value),
            ["--status-interval"] = value => Options.StatusInterval = Time("--status-interval", value),
            ["--restart-backoff"] = value => Options.RestartBackOff = Time("--restart-backoff", value),
            ["--restart-backoff-cap"] = value => Options.RestartBackOffCap = Time("--restart-backoff-cap", value),
            ["--eviction-hard"] = SetEvictionHard,
            ["--eviction-pressure-transition-period"] =
                value => Options.EvictionPressureTransitionPeriod = Time("--eviction-pressure-transition-period", value),
            ["--image-gc-high-threshold"] = value => Options.ImageGcHighThreshold = Percent("--image-gc-high-threshold", value),
            ["--image-gc-low-threshold"] = value => Options.ImageGcLowThreshold = Percent("--image-gc-low-threshold", value),
            ["--minimum-image-ttl-duration"] = value => Options.ImageMinimumGcAge = Time("--minimum-image-ttl-duration", value),
            ["--restart-backoff-reset"] = value => Options.RestartBackOffReset = Time("--restart-backoff-reset", value),
        };
        foreach (var name in HollowOptions.Names)
        {
            _valued[name] = value => SetHollow(name, value);
        }
    }

    public AgentOptions Options { get; } = new();

    public AgentCommand Command { get; private set; }

    public IReadOnlyList<string> Errors => _errors;

    public static AgentCommandLine Parse(IReadOnlyList<string> arguments, Func<string, string?> variable)
    {
        var line = new AgentCommandLine();
        foreach (var (name, set) in line._valued)
        {
            if (variable($"ORCHESTRATOR_AGENT_{name[2..].ToUpperInvariant().Replace('-', '_')}") is { Length: > 0 } value)
            {
                set(value);
            }
        }
        line.Read(arguments);
        line.Validate();
        return line;
    }

    private void Read(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var equals = arguments[i].StartsWith("--", StringComparison.Ordinal) ? arguments[i].IndexOf('=', StringComparison.Ordinal) : -1;
            var name = equals < 0 ? arguments[i] : arguments[i][..equals];
            if (i == 0 && name == "purge")
            {
                Command = AgentCommand.Purge;
            }
            else if (name is "--help" or "-h")
            {
                Command = AgentCommand.Help;
            }
            else if (name == "--stop-pods-on-exit")
            {
                Options.StopPodsOnExit = true;
            }
            else if (!_valued.TryGetValue(name, out var set))
            {
                _errors.Add($"{name}: no such option");
            }
            else if (equals >= 0)
            {
                set(arguments[i][(equals + 1)..]);
            }
            else if (i + 1 < arguments.Count)
            {
                set(arguments[++i]);
            }
            else
            {
                _errors.Add($"{name}: a value is missing");
            }
        }
    }

    private void Validate()
    {
        if (Command == AgentCommand.Help)
        {
            return;
        }
        Check(Options.DataFolder.Length > 0, "--data: Required value");
        var wrong = NameRules.DnsSubdomain(Options.NodeName);
        Check(wrong is null, $"--node-name: Invalid value: \"{Options.NodeName}\": {wrong}");
        Check(Options.BootstrapKubeconfig is null || Command == AgentCommand.Purge || File.Exists(Options.BootstrapKubeconfig),
            $"--bootstrap-kubeconfig: {Options.BootstrapKubeconfig} does not exist");
        Check(Options.Hollow.Nodes == 0 || Options.Hollow.Kubeconfig is not null || Command == AgentCommand.Purge,
            "--kubeconfig: Required value with --hollow: that of the administrator, or of another who may act for every node");
        Check(Options.LeaseDuration > Options.LeaseRenew, "--lease-duration: must be longer than --lease-renew");
        Check(Options.RestartBackOffCap >= Options.RestartBackOff, "--restart-backoff-cap: must not be shorter than --restart-backoff");
        Check(Options.ImageGcLowThreshold <= Options.ImageGcHighThreshold, "--image-gc-low-threshold: must not be above --image-gc-high-threshold");
        if (_errors.Count == 0)
        {
            Options.DataFolder = Path.GetFullPath(Options.DataFolder);
            Options.ImageRoot = Path.GetFullPath(Options.ImageFolder);
        }
    }

    private void SetHollow(string name, string value)
    {
        if (Options.Hollow.Set(name, value) is { } wrong)
        {
            _errors.Add($"{name}: Invalid value: \"{value}\": {wrong}");
        }
    }

    private void SetProxy(string value)
    {
        Check(ProxyChoice.Names.Contains(value), $"--proxy: Unsupported value: \"{value}\": supported values: {string.Join(", ", ProxyChoice.Names.Select(name => $"\"{name}\""))}");
        Options.Proxy = value;
    }

    private void SetDns(string value)
    {
        Check(value is "auto" or "none", $"--dns: Unsupported value: \"{value}\": supported values: \"auto\", \"none\"");
        Options.ServesDns = value != "none";
    }

    private void SetClusterDomain(string value)
    {
        var wrong = NameRules.DnsSubdomain(value);
        Check(wrong is null, $"--cluster-domain: Invalid value: \"{value}\": {wrong}");
        Options.ClusterDomain = value;
    }

    private void SetRuntime(string value)
    {
        Check(value is "process" or "docker" or "auto", $"--runtime: Invalid value: \"{value}\": expected process, docker or auto");
        Options.Runtime = value;
    }

    private void SetDockerEndpoint(string value)
    {
        Check(Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "unix" or "npipe",
            $"--docker-endpoint: Invalid value: \"{value}\": expected unix:///PATH or npipe://./pipe/NAME");
        Options.DockerEndpoint = value;
    }

    private void SetPidsLimit(string value)
    {
        var isNumber = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0;
        Check(isNumber, $"--pod-pids-limit: Invalid value: \"{value}\": expected a number above zero");
        Options.PodPidsLimit = limit;
    }

    private void SetEvictionHard(string value)
    {
        List<EvictionThreshold> thresholds = [];
        foreach (var part in value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (EvictionThreshold.TryParse(part, out var threshold))
            {
                thresholds.Add(threshold);
            }
            else
            {
                _errors.Add($"--eviction-hard: Invalid value: \"{part}\": expected SIGNAL<QUANTITY or SIGNAL<PERCENT%, SIGNAL being one of {string.Join(", ", EvictionSignals.All)}");
            }
        }
        Options.EvictionHard = thresholds;
    }

    private int Percent(string name, string value)
    {
        var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100;
        Check(isNumber, $"{name}: Invalid value: \"{value}\": expected a number from 0 to 100");
        return percent;
    }

    private void AddLabel(string value)
    {
        var equals = value.IndexOf('=', StringComparison.Ordinal);
        Check(equals > 0, $"--label: Invalid value: \"{value}\": expected KEY=VALUE");
        if (equals > 0)
        {
            Options.Labels[value[..equals]] = value[(equals + 1)..];
        }
    }

    private void AddCapacity(string value)
    {
        foreach (var part in value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && Quantity.TryParse(part[(equals + 1)..], out var quantity) && !quantity.IsNegative)
            {
                Options.Capacity[part[..equals]] = quantity;
            }
            else
            {
                _errors.Add($"--capacity: Invalid value: \"{part}\": expected RESOURCE=QUANTITY");
            }
        }
    }

    private TimeSpan Time(string name, string value)
    {
        if (TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero)
        {
            return time;
        }
        _errors.Add($"{name}: Invalid value: \"{value}\": expected a time above zero as hh:mm:ss");
        return TimeSpan.FromSeconds(1);
    }

    private void Check(bool holds, string error)
    {
        if (!holds)
        {
            _errors.Add(error);
        }
    }
}
