using System.Diagnostics;
using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

[Collection(ModuleClusterCollection.Name)]
public sealed class LocalClusterTests(ModuleCluster cluster)
{
    [Fact]
    public void Start_Again_IsTheSameCluster()
    {
        var before = Processes(cluster.Folder);

        cluster.Run("param($path) Start-LocalCluster -Path $path", cluster.Folder).Succeeded();

        Assert.Equal(before, Processes(cluster.Folder));
    }

    [Fact]
    public void Start_AfterTheControllerWasKilled_BringsItBack_AndPodsRanOn()
    {
        cluster.Run("New-Pod survivor host -Namespace default -Command sleep, 600 -Wait -Timeout 20").Succeeded();
        var controller = cluster.Run("param($path) (Get-LocalCluster -Path $path).Processes['controller']", cluster.Folder).Succeeded()[0].BaseObject;
        using (var process = Process.GetProcessById((int)controller))
        {
            process.Kill();
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
        }
        Assert.Equal("Degraded", Status(cluster.Folder));

        cluster.Run("param($path) Start-LocalCluster -Path $path", cluster.Folder).Succeeded();

        var pod = cluster.Run("Wait-ClusterResource Pod survivor -Namespace default -For condition=Ready -PassThru -Timeout 20").Succeeded()[0];
        Assert.Equal(0, pod.Properties["Restarts"].Value);
        cluster.Run("Remove-Pod survivor -Namespace default -Force -Wait -Timeout 20").Succeeded();
    }

    [Fact]
    public void Stop_LeavesNoProcess_AndAgainItHasWhatItHad()
    {
        var folder = Path.Combine(Path.GetDirectoryName(cluster.Folder)!, "second"); // Made with a parent.
        var outcome = cluster.Run(
            """
            param($path)
            # One that has ended and waits for its parent to look is not left.
            function Test-Running([int] $id) { try { [IO.File]::ReadAllText("/proc/$id/stat") -notmatch '\) [ZX] ' } catch { $false } }
            $one = Get-ClusterContext
            try {
                Start-LocalCluster -Path $path -Nodes 1
                New-ConfigMap kept @{ a = 'b' }
                New-Pod p host -Command sleep, 600 -Wait -Timeout 20
                $ids = @((Get-LocalCluster -Path $path).Processes.Values)
                Stop-LocalCluster -Path $path
                if ($ids | Where-Object { Test-Running $_ }) { throw 'A process is left.' }
                if ((Get-LocalCluster -Path $path).Status -ne 'Stopped') { throw 'It should be stopped.' }
                Start-LocalCluster -Path $path
                Get-ConfigMap kept
                Stop-LocalCluster -Path $path -Remove
            }
            finally { Connect-Cluster $one.KubeConfig }
            """,
            folder);

        outcome.Succeeded();
        Assert.False(Directory.Exists(folder));
        Assert.Equal("NotFound,LocalCluster", cluster.Run("param($path) Stop-LocalCluster -Path $path", folder).ErrorId());
    }

    [Fact]
    public void Start_PortInUse_SaysSo_AndLeavesNothing()
    {
        var folder = Path.Combine(Path.GetDirectoryName(cluster.Folder)!, "third"); // Made with a parent.
        var port = new Uri((string)cluster.Run("(Get-ClusterContext).Server").Succeeded()[0].BaseObject).Port;

        var outcome = cluster.Run("param($path, $port) Start-LocalCluster -Path $path -Port $port -Nodes 1", folder, port);

        Assert.Equal("StartFailed", outcome.ErrorId());
        Assert.Contains($"{port}", outcome.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Empty(Processes(folder));
    }

    [Fact]
    public void JoinToken_File_IsTheOwnersOnly()
    {
        var path = Path.Combine(Path.GetDirectoryName(cluster.Folder)!, "join"); // Made with a parent.

        var token = cluster.Run("param($path) New-JoinToken -Path $path -Ttl 5m", path).Succeeded()[0];

        Assert.Matches("^[a-z0-9]{6}\\.[a-z0-9]{16}$", (string)token.Properties["Token"].Value);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private string Status(string folder) => cluster.Run("param($path) (Get-LocalCluster -Path $path).Status", folder).Succeeded()[0].ToString();

    private string[] Processes(string folder) =>
        cluster.Run("param($path) (Get-LocalCluster -Path $path).Processes.GetEnumerator() | ForEach-Object { \"$($_.Key) $($_.Value)\" }", folder)
            .Succeeded().Select(item => item.ToString()).Order(StringComparer.Ordinal).ToArray();
}
