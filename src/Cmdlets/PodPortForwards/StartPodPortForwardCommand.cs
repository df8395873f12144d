using System.Management.Automation;
using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Makes ports of a pod reachable as ports of this machine. Writes a job that tells its ports; Stop-Job closes them.</summary>
/// <example><code>$job = Start-PodPortForward web-0 -Port 80; Invoke-WebRequest "http://localhost:$($job.LocalPort)"; $job | Stop-Job</code></example>
[Cmdlet(VerbsLifecycle.Start, "PodPortForward", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(PodPortForwardJob))]
public sealed class StartPodPortForwardCommand : ObjectActionCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Pod")]
    public string[]? Name { get; set; }

    /// <summary>Ports of the pod.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    [ValidateRange(1, 65535)]
    public int[] Port { get; set; } = [];

    /// <summary>Ports of this machine, one for each of -Port; 0, and what is left out, takes any that is free.</summary>
    [Parameter(Position = 2)]
    [ValidateRange(0, 65535)]
    public int[] LocalPort { get; set; } = [];

    /// <summary>Address of this machine to listen on: an IP address or <c>localhost</c>.</summary>
    [Parameter]
    public string Address { get; set; } = "localhost";

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Pod);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Pod;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        if (LocalPort.Length > Port.Length)
        {
            throw ClusterException.Argument("InvalidArgument", $"-LocalPort has {LocalPort.Length} ports, -Port only {Port.Length}.");
        }

        var address = Address.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.TryParse(Address, out var given) ? given
            : throw ClusterException.Argument("InvalidArgument", $"-Address is no IP address: {Address}.");
        Task<JsonObject> PodAsync() => Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        if (await ConfirmAsync("Forward ports", target.ToString(), PodAsync))
        {
            var phase = (string?)(await PodAsync())["status"]?["phase"];
            if (phase != "Running")
            {
                throw new ClusterException("NotRunning,Pod", ErrorCategory.InvalidOperation, $"{target} is not running but {phase ?? "unknown"}.") { Target = target.Name };
            }

            var ports = Port.Select((remote, index) => (Local: index < LocalPort.Length ? LocalPort[index] : 0, Remote: remote)).ToList();
            var job = new PodPortForwardJob(MyInvocation.Line.Trim(), Client, target, address, ports);
            JobRepository.Add(job);
            WriteObject(job);
        }
    }
}
