using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

/// <summary>A runspace with the built module in it, and a local cluster that the module started.</summary>
public sealed class ModuleCluster : IDisposable
{
    private readonly Runspace _runspace;

    public ModuleCluster()
    {
        Folder = Path.Combine(Directory.CreateTempSubdirectory("orchestrator-module-").FullName, "cluster");
        _runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        _runspace.Open();
        Run("param($manifest) Import-Module $manifest", Path.Combine(Checkout.Root, "Orchestrator.psd1")).Succeeded();
        Run("param($path) Start-LocalCluster -Path $path -Nodes 1", Folder).Succeeded();
    }

    /// <summary>The cluster's folder.</summary>
    public string Folder { get; }

    public string KubeConfig => Path.Combine(Folder, "kubeconfig");

    public Outcome Run(string script, params object[] arguments)
    {
        using var powerShell = Prepare(script, arguments);
        var output = powerShell.Invoke();
        return new Outcome([.. output], [.. powerShell.Streams.Error]);
    }

    /// <summary>Runs a script until it has written something, then stops it as Ctrl-C does; how long the stop took.</summary>
    public TimeSpan StopAfterFirstOutput(string script)
    {
        using var powerShell = Prepare(script);
        var output = new PSDataCollection<PSObject>();
        using var written = new ManualResetEventSlim();
        output.DataAdded += (_, _) => written.Set();
        // The runspace's threads are its own here: this one must stay free to stop it.
        var run = powerShell.BeginInvoke(new PSDataCollection<PSObject>(), output);
        Assert.True(written.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken), "nothing was written");
        var start = TimeProvider.System.GetTimestamp();
        powerShell.Stop();
        Assert.Throws<PipelineStoppedException>(() => powerShell.EndInvoke(run));
        return TimeProvider.System.GetElapsedTime(start);
    }

    public void Dispose()
    {
        Run("param($path) Stop-LocalCluster -Path $path -Remove", Folder);
        _runspace.Dispose();
        Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true); // Made with a parent.
    }

    private PowerShell Prepare(string script, params object[] arguments)
    {
        var powerShell = PowerShell.Create();
        powerShell.Runspace = _runspace;
        powerShell.AddScript(script);
        foreach (var argument in arguments)
        {
            powerShell.AddArgument(argument);
        }
        return powerShell;
    }

    public sealed record Outcome(IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors)
    {
        public IReadOnlyList<PSObject> Succeeded()
        {
            Assert.True(Errors.Count == 0, string.Join('\n', Errors));
            return Output;
        }

        /// <summary>The one error's id without the cmdlet's name.</summary>
        public string ErrorId() => string.Join(',', Assert.Single(Errors).FullyQualifiedErrorId.Split(',')[..^1]);
    }
}
