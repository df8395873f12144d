using Docker.DotNet;
using Orchestrator.Agent.Runtimes.Process;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>The process of a command in a container. The engine has no call that ends it; but it is one of this machine.</summary>
internal static class ExecProcess
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Kills it if it runs.</summary>
    public static async Task KillAsync(DockerClient client, string execId, CancellationToken cancellationToken)
    {
        while (OperatingSystem.IsLinux() && await client.Exec.InspectContainerExecAsync(execId, cancellationToken) is { Running: true } exec)
        {
            if (exec.Pid > 1)
            {
                _ = Native.Kill((int)exec.Pid, Native.SigKill);
                return;
            }
            // The engine says that a command runs, and passes on its output, before it says as which process.
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }
}
