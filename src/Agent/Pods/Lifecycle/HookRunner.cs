using k8s.Models;
using Orchestrator.Agent.Probes;

namespace Orchestrator.Agent.Pods.Lifecycle;

/// <summary>postStart and preStop.</summary>
internal sealed class HookRunner(Prober prober, TimeProvider time)
{
    /// <returns>What went wrong, or null.</returns>
    public async Task<string?> RunAsync(V1LifecycleHandler hook, ProbeTarget target, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (hook.Sleep is { } sleep)
        {
            var wanted = TimeSpan.FromSeconds(sleep.Seconds);
            await Task.Delay(wanted < limit ? wanted : limit, time, cancellationToken);
            return null;
        }
        var result = await prober.ProbeAsync(target, hook.HttpGet, hook.TcpSocket, hook.Exec, null, limit, cancellationToken);
        return result.Success ? null : result.Output;
    }
}
