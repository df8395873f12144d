using System.Diagnostics;
using System.Globalization;
using k8s;

namespace Orchestrator.Bench;

/// <summary>
/// A controller with many hollow nodes and one Deployment over all of them: how long until every pod runs, then what the controller uses while nothing
/// happens but leases.
/// </summary>
internal static class HollowBench
{
    private const double CoreGoal = 0.15;
    private const double MegabytesGoal = 800;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static async Task<int> RunAsync(string[] args)
    {
        var nodes = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
        var pods = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 30_000;
        var watch = Stopwatch.StartNew();
        // What the lease options are given as beyond the numbers goes to the agent: --lease-renew 00:00:10 --lease-duration 00:00:40.
        using var cluster = await HollowCluster.StartAsync(nodes, args.Skip(2));
        Say($"{nodes} nodes ready after {watch.Elapsed.TotalSeconds:f1} s");
        watch.Restart();
        await cluster.Client.AppsV1.CreateNamespacedDeploymentAsync(HollowCluster.Deployment("load", pods), "default");
        while ((await cluster.Client.AppsV1.ReadNamespacedDeploymentAsync("load", "default")).Status.AvailableReplicas != pods)
        {
            if (watch.Elapsed > Patience)
            {
                Console.Error.WriteLine("not all pods run");
                return 1;
            }
            await Task.Delay(Look, TimeProvider.System);
        }
        Say($"{pods} pods running after {watch.Elapsed.TotalSeconds:f1} s: {pods / watch.Elapsed.TotalSeconds:n0} pods/s");
        return await MeasureAsync(cluster.Controller, cluster.Agent) ? 0 : 1;
    }

    private static async Task<bool> MeasureAsync(Process controller, Process agent)
    {
        await Task.Delay(Settle, TimeProvider.System);
        controller.Refresh();
        agent.Refresh();
        var (before, agentBefore) = (controller.TotalProcessorTime, agent.TotalProcessorTime);
        await Task.Delay(Measured, TimeProvider.System);
        controller.Refresh();
        agent.Refresh();
        var (core, megabytes) = ((controller.TotalProcessorTime - before) / Measured, controller.WorkingSet64 / 1e6);
        Say($"controller, calm: {core:p1} of a core (goal under {CoreGoal:p0}), {megabytes:f0} MB resident (goal under {MegabytesGoal:f0})");
        Say($"hollow agent, calm: {(agent.TotalProcessorTime - agentBefore) / Measured:p1} of a core, {agent.WorkingSet64 / 1e6:f0} MB resident");
        return core < CoreGoal && megabytes < MegabytesGoal;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
