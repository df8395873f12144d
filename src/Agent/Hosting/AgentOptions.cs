using Orchestrator.Agent.Nodes.Eviction;
using Orchestrator.Agent.Runtimes.Hollow;
using Orchestrator.Model;

namespace Orchestrator.Agent.Hosting;

/// <summary>
/// What an agent is started with: <c>--data-folder</c> style arguments, or <c>ORCHESTRATOR_AGENT_…</c> variables for what arguments leave out.
/// </summary>
internal sealed class AgentOptions
{
    /// <summary><c>--data</c>. Records, logs and the node's credentials; one agent a folder. Required.</summary>
    public string DataFolder { get; set; } = "";

    /// <summary><c>--node-name</c>. A DNS subdomain. Default: the machine's name in lower case.</summary>
    public string NodeName { get; set; } = Environment.MachineName.ToLowerInvariant();

    /// <summary><c>--bootstrap-kubeconfig</c>. Needed until the node has joined.</summary>
    public string? BootstrapKubeconfig { get; set; }

    /// <summary><c>--image-root</c>. Where images are folders. Default: <c>images</c> in the data folder.</summary>
    public string? ImageRoot { get; set; }

    /// <summary><c>--runtime process|docker|auto</c>. What runs pods that choose nothing. Default: docker where an engine answers, else process.</summary>
    public string Runtime { get; set; } = "auto";

    /// <summary><c>--docker-endpoint</c>. <c>unix:///path</c> or <c>npipe://./pipe/name</c>. Default: the platform's own.</summary>
    public string? DockerEndpoint { get; set; }

    /// <summary><c>--pod-pids-limit</c>. Processes and threads that one container may have. Default 4096.</summary>
    public long PodPidsLimit { get; set; } = 4096;

    /// <summary><c>--label k=v</c>, repeatable. Labels of the Node object beside its own.</summary>
    public Dictionary<string, string> Labels { get; } = [];

    /// <summary><c>--capacity cpu=2,memory=4Gi,pods=110</c>. Quantities over what the machine has.</summary>
    public Dictionary<string, Quantity> Capacity { get; } = [];

    /// <summary><c>--stop-pods-on-exit</c>. Ends the pods before the agent ends. Default: they go on and are adopted at the next start.</summary>
    public bool StopPodsOnExit { get; set; }

    /// <summary><c>--lease-renew</c>, hh:mm:ss. Default 3 s: three tries within the lease.</summary>
    public TimeSpan LeaseRenew { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary><c>--lease-duration</c>, hh:mm:ss. Default 10 s: how long the node counts as alive after its last word.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary><c>--status-interval</c>, hh:mm:ss. Default 5 min, the kubelet's nodeStatusReportFrequency; a change is told at once.</summary>
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary><c>--restart-backoff</c>, hh:mm:ss. Wait before the second restart of a container; doubled each time. Default 10 s, the kubelet's.</summary>
    public TimeSpan RestartBackOff { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary><c>--restart-backoff-cap</c>, hh:mm:ss. Default 5 min, the kubelet's.</summary>
    public TimeSpan RestartBackOffCap { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary><c>--restart-backoff-reset</c>, hh:mm:ss. A container that ran this long starts over. Default 10 min, the kubelet's.</summary>
    public TimeSpan RestartBackOffReset { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// <c>--eviction-hard SIGNAL&lt;QUANTITY|PERCENT,...</c>. Below these the node is under pressure and pods are evicted; empty for never. Of disks the
    /// default is smaller than the kubelet's 10 %, which would put every well-filled laptop out of service: it is enough for logs and records.
    /// </summary>
    public IReadOnlyList<EvictionThreshold> EvictionHard { get; set; } =
    [
        new(EvictionSignals.Memory, Quantity.FromBytes(100L << 20), null),
        new(EvictionSignals.NodeDisk, Quantity.FromBytes(512L << 20), null),
        new(EvictionSignals.ImageDisk, Quantity.FromBytes(512L << 20), null),
        new(EvictionSignals.Pids, null, 5),
    ];

    /// <summary><c>--eviction-pressure-transition-period</c>, hh:mm:ss. How long a pressure has to be over before its condition is. Default 5 min, the kubelet's.</summary>
    public TimeSpan EvictionPressureTransitionPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary><c>--image-gc-high-threshold</c>, percent of the images' disk in use: from here on unused images are removed. Default 85, the kubelet's.</summary>
    public int ImageGcHighThreshold { get; set; } = 85;

    /// <summary><c>--image-gc-low-threshold</c>, percent: until here. Default 80, the kubelet's.</summary>
    public int ImageGcLowThreshold { get; set; } = 80;

    /// <summary><c>--minimum-image-ttl-duration</c>, hh:mm:ss. Unused images younger than this stay, but under disk pressure. Default 2 min, the kubelet's.</summary>
    public TimeSpan ImageMinimumGcAge { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary><c>--dns auto|none</c>. Whether this node serves the cluster's names to its pods. Default auto: it does.</summary>
    public bool ServesDns { get; set; } = true;

    /// <summary><c>--cluster-domain</c>. The domain of the cluster's names, the controller's. Default cluster.local.</summary>
    public string ClusterDomain { get; set; } = "cluster.local";

    /// <summary>
    /// <c>--proxy auto|nftables|iptables|userspace|none</c>. How connections to services are brought to their pods. Default auto: by the kernel where pods are
    /// containers and the agent may tell it, else by the agent itself.
    /// </summary>
    public string Proxy { get; set; } = "auto";

    /// <summary><c>--hollow</c> and its options: many fake nodes instead of this real one.</summary>
    public HollowOptions Hollow { get; } = new();

    public string KubeconfigPath => Path.Combine(DataFolder, "agent.kubeconfig");

    public string DockerFolder => Path.Combine(DataFolder, "docker");

    /// <summary>Where the container engine is, if there is one.</summary>
    public Uri EngineEndpoint => DockerEndpoint is { } given ? new(given) : Runtimes.Docker.EngineConnection.DefaultEndpoint;

    public string VolumeFolder => Path.Combine(DataFolder, "volumes");

    /// <summary>Volumes that outlive pods.</summary>
    public string PersistentFolder => Path.Combine(DataFolder, "persistent");

    /// <summary><c>--provisioner-root</c>. Programs that make volumes of the exec provisioner. Default: <c>provisioners</c> in the data folder.</summary>
    public string? ProvisionerRoot { get; set; }

    public string ProvisionerFolder => ProvisionerRoot ?? Path.Combine(DataFolder, "provisioners");

    /// <summary>Which programs run now for the sake of volumes.</summary>
    public string ToolFolder => Path.Combine(DataFolder, "volume-programs");

    /// <summary><c>--powershell</c>. Runs those of them whose name ends in <c>.ps1</c>. Default: pwsh, from PATH.</summary>
    public string PowerShell { get; set; } = "pwsh";

    public string ImageFolder => ImageRoot ?? Path.Combine(DataFolder, "images");
}
