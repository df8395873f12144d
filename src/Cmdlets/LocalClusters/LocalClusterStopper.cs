namespace Orchestrator.Cmdlets;

/// <summary>Ends a local cluster's processes: agents with their pods first, then the controller; whatever doesn't end is killed.</summary>
internal sealed class LocalClusterStopper(LocalClusterFolder folder, LocalClusterState state, TimeSpan timeout, Action<string, int> progress)
{
    private static readonly TimeSpan ControllerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PurgeTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(5);

    public async Task<LocalClusterState> StopAsync(CancellationToken cancellationToken)
    {
        var agents = state.Processes.Where(pair => pair.Key != LocalClusterState.Controller).ToArray();
        progress("stopping the nodes and their pods", 10);
        var stops = agents.Select(agent => StopAgentAsync(agent.Key, agent.Value, cancellationToken)).ToArray();
        await Task.WhenAll(stops);

        if (state.Processes.TryGetValue(LocalClusterState.Controller, out var controller))
        {
            progress("stopping the controller", 80);
            await EndAsync(controller, ControllerTimeout, cancellationToken);
        }

        var stopped = state with { Processes = [] };
        stopped.Save(folder);
        return stopped;
    }

    private async Task StopAgentAsync(string node, ProcessIdentity process, CancellationToken cancellationToken)
    {
        var graceful = process.IsAlive && await EndAsync(process, timeout, cancellationToken) && !OperatingSystem.IsWindows();
        if (!graceful && Directory.Exists(folder.NodeData(node)))
        {
            // It died with its pods running: its records say which processes are theirs.
            await DetachedProcess.RunAsync(Programs.Agent, ["purge", "--data", folder.NodeData(node)], folder.Log(node), PurgeTimeout, cancellationToken);
        }
    }

    /// <returns>Whether it ended by itself when asked.</returns>
    private static async Task<bool> EndAsync(ProcessIdentity process, TimeSpan timeout, CancellationToken cancellationToken)
    {
        process.Terminate();
        if (await process.WaitForEndAsync(timeout, cancellationToken))
        {
            return true;
        }

        process.Kill();
        await process.WaitForEndAsync(KillTimeout, cancellationToken);
        return false;
    }
}
