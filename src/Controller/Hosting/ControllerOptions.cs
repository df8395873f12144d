using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Serving.Auditing;
using Orchestrator.Model;

namespace Orchestrator.Controller.Hosting;

/// <summary>What the controller is started with. Each option is a <c>--name value</c> pair; unknown ones are refused.</summary>
public sealed class ControllerOptions
{
    /// <summary>Folder of everything the controller keeps: database, keys, certificates. Required.</summary>
    public string DataFolder { get; private set; } = "";

    /// <summary>Address and port to serve on; port 0 takes any free one. Default 127.0.0.1:6443.</summary>
    public IPEndPoint Listen { get; private set; } = new(IPAddress.Loopback, 6443);

    /// <summary>Further names and addresses that clients use; they go into the server's certificate.</summary>
    public IReadOnlyList<string> Advertise { get; private set; } = [];

    /// <summary>Pod addresses of nodes that run docker; a /24 a node. Default 10.244.0.0/16.</summary>
    public IPNetwork PodNetwork { get; private set; } = IPNetwork.Parse("10.244.0.0/16");

    /// <summary>Pod addresses of nodes that run plain processes, from the loopback range; a /24 a node. Default 127.64.0.0/10.</summary>
    public IPNetwork ProcessPodNetwork { get; private set; } = IPNetwork.Parse("127.64.0.0/10");

    /// <summary>Addresses of services, IPv4. The 1st is the API's, the 10th that of DNS. Default 10.96.0.0/12, as kubeadm.</summary>
    public IPNetwork ServiceNetwork { get; private set; } = IPNetwork.Parse("10.96.0.0/12");

    /// <summary>Ports that nodes listen on for services of the types NodePort and LoadBalancer. Default 30000-32767, as Kubernetes.</summary>
    internal PortRange NodePorts { get; private set; } = new(30_000, 32_767);

    /// <summary>DNS domain of the cluster's names; the agents must have the same. Default cluster.local.</summary>
    public string ClusterDomain { get; private set; } = "cluster.local";

    /// <summary>Time after the last lease renewal when a node counts as not ready. Default 10 s: three renewals missed.</summary>
    public TimeSpan NodeLeaseGrace { get; private set; } = TimeSpan.FromSeconds(10);

    /// <summary>Nodes a second, of those that went dark, whose pods are evicted. Default 1; Kubernetes has 0.1, for larger fleets.</summary>
    public double NodeEvictionRate { get; private set; } = 1;

    /// <summary>
    /// Share of dark nodes, if they are more than two, from which on nothing is evicted. When all are dark nothing is either. Default 0.55, as Kubernetes.
    /// </summary>
    public double UnhealthyNodeThreshold { get; private set; } = 0.55;

    /// <summary>How long replaced and deleted states can be replayed to watchers. Default 5 min, as Kubernetes' etcd compaction.</summary>
    public TimeSpan HistoryAge { get; private set; } = TimeSpan.FromMinutes(5);

    /// <summary>Changes that stay replayable however old they are. Default 10,000.</summary>
    public long HistoryCount { get; private set; } = 10_000;

    /// <summary>How long events are kept. Default 1 h, as Kubernetes.</summary>
    public TimeSpan EventAge { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>How much the audit log says: None, Metadata, Request or RequestResponse. Default Metadata.</summary>
    public AuditLevel AuditLevel { get; private set; } = AuditLevel.Metadata;

    /// <summary>Size from which on an audit log file is closed and numbered, in bytes (the option in MiB). Default 100 MiB.</summary>
    public long AuditLogMaxBytes { get; private set; } = 100L << 20;

    /// <summary>Numbered audit log files that are kept. Default 10.</summary>
    public int AuditLogMaxBackups { get; private set; } = 10;

    /// <summary>How long a request may take that is no watch and no stream. Default 60 s, as Kubernetes.</summary>
    public TimeSpan RequestTimeout { get; private set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often autoscalers measure. Default 15 s, as Kubernetes.</summary>
    public TimeSpan AutoscalerSync { get; private set; } = TimeSpan.FromSeconds(15);

    /// <summary>Server of <c>custom.metrics.k8s.io</c> and <c>external.metrics.k8s.io</c> that autoscalers ask; null for none, the default.</summary>
    public Uri? MetricsAdapter { get; private set; }

    /// <summary>PEM file of who may have signed that server's certificate; null for the system's.</summary>
    public string? MetricsAdapterCa { get; private set; }

    /// <summary>File of the bearer token for that server, read at each question; null for none.</summary>
    public string? MetricsAdapterTokenFile { get; private set; }

    /// <summary>What makes one node better than another, where both can take a pod.</summary>
    internal Scheduling.SchedulerOptions Scheduling { get; private set; } = new();

    /// <exception cref="ArgumentException">All that is wrong with the arguments, one line each.</exception>
    public static ControllerOptions Parse(IReadOnlyList<string> args)
    {
        var options = new ControllerOptions();
        var problems = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].IndexOf('=', StringComparison.Ordinal) is var at && at > 0
                ? (args[i][..at], args[i][(at + 1)..])
                : (args[i], i + 1 < args.Count ? args[++i] : null);
            if (value is null)
            {
                problems.Add($"{name}: a value is missing");
            }
            else if (options.Set(name, value) is { } problem)
            {
                problems.Add($"{name}: {problem}");
            }
        }
        if (options.DataFolder.Length == 0)
        {
            problems.Add("--data: Required value: the folder for the controller's data");
        }
        foreach (var (name, network) in new[] { ("--pod-cidr", options.PodNetwork), ("--process-pod-cidr", options.ProcessPodNetwork) })
        {
            if (network.Contains(options.ServiceNetwork.BaseAddress) || options.ServiceNetwork.Contains(network.BaseAddress))
            {
                problems.Add($"--service-cidr: Invalid value: \"{options.ServiceNetwork}\": overlaps with {name}, which is {network}");
            }
        }
        return problems.Count == 0 ? options : throw new ArgumentException(string.Join(Environment.NewLine, problems));
    }

    private string? Set(string name, string value)
    {
        switch (name)
        {
            case "--data":
                DataFolder = Path.GetFullPath(value);
                return null;
            case "--listen":
                return IPEndPoint.TryParse(value, out var endpoint) ? Keep(() => Listen = endpoint) : Wrong(value, "an address and port such as 127.0.0.1:6443");
            case "--advertise":
                return Keep(() => Advertise = [.. Advertise, .. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]);
            case "--pod-cidr":
                return Network(value, network => PodNetwork = network);
            case "--process-pod-cidr":
                return Network(value, network => ProcessPodNetwork = network);
            case "--service-cidr":
                return IPNetwork.TryParse(value, out var services) && services.BaseAddress.AddressFamily == AddressFamily.InterNetwork && services.PrefixLength is >= 8 and <= 28
                    ? Keep(() => ServiceNetwork = services) : Wrong(value, "an IPv4 network between a /8 and a /28 in CIDR notation, such as 10.96.0.0/12");
            case "--service-node-port-range":
                return PortRange.TryParse(value, out var ports) ? Keep(() => NodePorts = ports) : Wrong(value, "a range of ports between 1 and 65535, such as 30000-32767");
            case "--cluster-domain":
                return NameRules.DnsSubdomain(value) is { } wrong ? Wrong(value, $"a DNS name: {wrong}") : Keep(() => ClusterDomain = value);
            case "--node-lease-grace":
                return Duration(value, duration => NodeLeaseGrace = duration);
            case "--node-eviction-rate":
                return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate > 0
                    ? Keep(() => NodeEvictionRate = rate) : Wrong(value, "nodes per second, more than 0");
            case "--unhealthy-node-threshold":
                return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is > 0 and <= 1
                    ? Keep(() => UnhealthyNodeThreshold = share) : Wrong(value, "a share, more than 0 and at most 1");
            case "--history-age":
                return Duration(value, duration => HistoryAge = duration);
            case "--history-count":
                return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
                    ? Keep(() => HistoryCount = count) : Wrong(value, "a number of at least 1");
            case "--event-age":
                return Duration(value, duration => EventAge = duration);
            case "--request-timeout":
                return Duration(value, duration => RequestTimeout = duration);
            case "--audit-level":
                return Enum.TryParse<AuditLevel>(value, out var level) && Enum.IsDefined(level) && !char.IsAsciiDigit(value[0])
                    ? Keep(() => AuditLevel = level) : Wrong(value, string.Join(", ", Enum.GetNames<AuditLevel>()));
            case "--audit-log-max-size":
                return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes) && mebibytes is > 0 and < 1L << 20
                    ? Keep(() => AuditLogMaxBytes = mebibytes << 20) : Wrong(value, "a number of MiB, at least 1");
            case "--audit-log-max-backups":
                return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var backups) && backups <= 1000
                    ? Keep(() => AuditLogMaxBackups = backups) : Wrong(value, "a number of files between 0 and 1000");
            case "--horizontal-pod-autoscaler-sync-period":
                return Duration(value, duration => AutoscalerSync = duration);
            case "--metrics-adapter":
                return Uri.TryCreate(value.TrimEnd('/') + "/", UriKind.Absolute, out var adapter) && adapter.Scheme is "http" or "https"
                    ? Keep(() => MetricsAdapter = adapter) : Wrong(value, "an http or https URL such as https://metrics.example:6443");
            case "--metrics-adapter-ca":
                return File.Exists(value) ? Keep(() => MetricsAdapterCa = Path.GetFullPath(value)) : Wrong(value, "a file that exists");
            case "--metrics-adapter-token-file":
                return File.Exists(value) ? Keep(() => MetricsAdapterTokenFile = Path.GetFullPath(value)) : Wrong(value, "a file that exists");
            case "--scheduler-strategy":
                return value is "LeastAllocated" or "MostAllocated"
                    ? Keep(() => Scheduling = new() { PacksNodes = value == "MostAllocated", Weights = Scheduling.Weights }) : Wrong(value, "LeastAllocated or MostAllocated");
            case "--scheduler-weight":
                return value.Split('=') is [var scorer, var text] && Scheduling.Weights.ContainsKey(scorer)
                    && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
                        ? Keep(() => Scheduling = Scheduling.With(scorer, weight))
                        : Wrong(value, $"NAME=WEIGHT, a weight of at least 0 and one of {string.Join(", ", Scheduling.Weights.Keys)}");
            default:
                return "no such option";
        }
    }

    private static string? Network(string value, Action<IPNetwork> keep) =>
        IPNetwork.TryParse(value, out var network) && network.PrefixLength <= 24
            ? Keep(() => keep(network)) : Wrong(value, "a network of at least a /24 in CIDR notation, such as 10.244.0.0/16");

    private static string? Duration(string value, Action<TimeSpan> keep) =>
        TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var duration) && duration > TimeSpan.Zero
            ? Keep(() => keep(duration)) : Wrong(value, "a duration such as 00:00:10");

    private static string? Keep(Action set)
    {
        set();
        return null;
    }

    private static string Wrong(string value, string expected) => $"Invalid value: \"{value}\": expected {expected}";
}
