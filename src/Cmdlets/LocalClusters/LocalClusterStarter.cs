using System.Globalization;
using k8s.KubeConfigModels;

namespace Orchestrator.Cmdlets;

/// <summary>Brings a local cluster up from whatever state it is in: new, stopped, crashed half-way, or running already.</summary>
internal sealed class LocalClusterStarter(LocalClusterFolder folder, LocalClusterState state, TimeSpan timeout, Action<string, int> progress)
{
    /// <summary>Agents join within seconds; the token only has to outlive that.</summary>
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(10);

    private LocalClusterState _state = state;

    /// <summary>The state with all that was started so far, also after a failure.</summary>
    public LocalClusterState State => _state;

    public async Task<ClusterContext> StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_state.ImageRoot);
        if (!_state.IsAlive(LocalClusterState.Controller))
        {
            progress("starting the controller", 5);
            await StartControllerAsync(cancellationToken);
        }

        var context = KubeConfigFile.Contexts(folder.KubeConfig).Single();
        var missing = _state.Nodes.Where(node => !_state.IsAlive(node)).ToArray();
        if (missing.Length > 0)
        {
            try
            {
                await WriteBootstrapAsync(context, missing, cancellationToken);
                await StartAgentsAsync(missing, cancellationToken);
            }
            finally
            {
                File.Delete(folder.BootstrapKubeConfig);
            }
        }

        return context;
    }

    private async Task StartControllerAsync(CancellationToken cancellationToken)
    {
        var log = folder.Log(LocalClusterState.Controller);
        var ready = new ReadyLine(log, "Controller ready at ");
        var process = DetachedProcess.Start(
            Programs.Controller,
            ["--data", folder.ControllerData, "--listen", $"127.0.0.1:{_state.Port}", "--process-pod-cidr", PodRange.Pods(_state.PodRange), "--service-cidr", PodRange.Services(_state.PodRange)],
            log);
        Remember(LocalClusterState.Controller, process);
        var server = new Uri(await ready.WaitAsync(process, timeout, cancellationToken));
        _state = _state with { Port = server.Port };
        _state.Save(folder);
        WriteKubeConfig(server);
    }

    private async Task StartAgentsAsync(string[] nodes, CancellationToken cancellationToken)
    {
        var waits = new List<Task>();
        foreach (var node in nodes)
        {
            var log = folder.Log(node);
            var ready = new ReadyLine(log, $"Agent {node} ready");
            var process = DetachedProcess.Start(
                Programs.Agent,
                ["--data", folder.NodeData(node), "--node-name", node, "--runtime", "process", "--bootstrap-kubeconfig", folder.BootstrapKubeConfig,
                    "--image-root", _state.ImageRoot, "--stop-pods-on-exit"],
                log);
            Remember(node, process);
            waits.Add(ready.WaitAsync(process, timeout, cancellationToken));
        }

        var all = Task.WhenAll(waits);
        for (var done = 0; !all.IsCompleted; done = waits.Count(wait => wait.IsCompleted))
        {
            progress(string.Create(CultureInfo.InvariantCulture, $"{done} of {waits.Count} nodes are ready"), 30 + (done * 70 / waits.Count));
            await Task.WhenAny(waits.Where(wait => !wait.IsCompleted).DefaultIfEmpty(all));
        }

        await all;
    }

    private void Remember(string role, ProcessIdentity process)
    {
        _state = _state with { Processes = new Dictionary<string, ProcessIdentity>(_state.Processes) { [role] = process } };
        _state.Save(folder);
    }

    /// <summary>The controller's admin credential under the cluster's own name, so that contexts of several clusters can be told apart.</summary>
    private void WriteKubeConfig(Uri server)
    {
        var admin = KubeConfigFile.Load(Path.Combine(folder.ControllerData, "admin.kubeconfig"));
        var (cluster, user) = (admin.Clusters.First().ClusterEndpoint, admin.Users.First().UserCredentials);
        cluster.Server = server.ToString().TrimEnd('/');
        KubeConfigFile.Write(folder.KubeConfig, _state.Name, cluster, user);
    }

    private async Task WriteBootstrapAsync(ClusterContext context, string[] nodes, CancellationToken cancellationToken)
    {
        progress("making a join token", 25);
        var token = await JoinToken.CreateAsync(ClientCache.Get(context), TokenLifetime, $"Nodes {string.Join(", ", nodes)} of the local cluster {_state.Name}", cancellationToken);
        KubeConfigFile.Write(
            folder.BootstrapKubeConfig, "bootstrap",
            KubeConfigFile.Load(folder.KubeConfig).Clusters.Single().ClusterEndpoint,
            new UserCredentials { Token = token.Token });
    }
}
