using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

/// <summary>Names and connections as pods of the process runtime have them.</summary>
[Collection(ModuleClusterCollection.Name)]
public sealed class ConnectionCmdletTests(ModuleCluster cluster)
{
    private const string Setup = """
        New-Namespace net; $ns = @{ Namespace = 'net' }
        $null = New-Deployment web host @ns -Command sh, -c, 'exec busybox httpd -f -p $POD_IP:8080' -Wait -Timeout 60
        $null = New-ClusterService web @{ app = 'web' } @ns -Port http=80:8080
        $null = New-ClusterService far @ns -ExternalName far.example.com
        $null = New-ClusterService crowd @{ app = 'web' } @ns -Port http=8080 -Headless
        """;

    [Fact]
    public void NamesAndConnections_AreAsAPodIsTold()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "port 53 takes root");
        cluster.Run(Setup).Succeeded();
        Until("Test-ClusterConnection web @ns -Quiet", "True");
        Until("(Get-ClusterService web @ns).ClusterIP -eq (Resolve-ClusterName web @ns).Address", "True");
        Assert.Equal("80 web.net.svc.cluster.local", Text("Resolve-ClusterName _http._tcp.web @ns -Type SRV | ForEach-Object { \"$($_.Port) $($_.Target)\" }"));
        Assert.Equal("web.net.svc.cluster.local", Text("Get-ClusterService web @ns | ForEach-Object ClusterIP | Resolve-ClusterName | ForEach-Object Target"));
        Assert.Equal("far.example.com", Text("Resolve-ClusterName far @ns -Type CNAME | ForEach-Object Target"));
        Assert.Equal("True", Text("(Resolve-ClusterName crowd @ns).Address -eq (Get-Pod @ns).IP"));
        Assert.Equal("web.net.svc.cluster.local", Text("Get-ClusterService web @ns | Resolve-ClusterName | ForEach-Object RecordName"));
        Assert.Equal("NotFound,Name", cluster.Run("Resolve-ClusterName nothing @ns").ErrorId());
        Assert.Equal("NoRecord", cluster.Run("Resolve-ClusterName web @ns -Type AAAA").ErrorId());
        Assert.Equal("NotFound,Pod", cluster.Run("Resolve-ClusterName web -FromPod net/nobody").ErrorId());
        Assert.Equal("InvalidArgument", cluster.Run("Resolve-ClusterName web -FromPod a -FromNode b").ErrorId());

        Assert.Equal("Name Service Endpoints Proxy Endpoint Connection", Text("\"$(Test-ClusterConnection web @ns | Where-Object Result -eq Passed | ForEach-Object Hop)\""));
        Assert.Equal("Name Service Endpoints Endpoint", Text("\"$(Get-ClusterService crowd @ns | Test-ClusterConnection | Where-Object Result -eq Passed | ForEach-Object Hop)\""));
        Assert.Equal("Pod Route Connection", Text("\"$(Get-Pod @ns | Test-ClusterConnection -Port 8080 | Where-Object Result -eq Passed | ForEach-Object Hop)\""));
        Assert.Equal("InvalidPort", cluster.Run("Test-ClusterConnection web @ns -Port 81").ErrorId());
        Assert.Equal("WrongKind", cluster.Run("Get-Node | Test-ClusterConnection").ErrorId());

        // Nothing listens where the service leads; then nothing is behind it.
        cluster.Run("Set-ClusterService web @ns -Port http=80:8099").Succeeded();
        Until(FirstFault, "Endpoint");
        cluster.Run("Set-ClusterService web @ns -PodLabel @{ app = 'nobody' }").Succeeded();
        Until(FirstFault, "Endpoints");
        Assert.Contains("no pod has the labels app=nobody", Text("(Test-ClusterConnection web @ns | Where-Object Hop -eq Endpoints).Detail"), StringComparison.Ordinal);
        cluster.Run("Get-ClusterService @ns | Remove-ClusterService; Remove-Deployment web @ns -Wait -Timeout 60").Succeeded();
    }

    private const string FirstFault = "@(Test-ClusterConnection web @ns | Where-Object Result -eq Failed)[0].Hop";

    private void Until(string script, string expected) => Assert.Equal(expected, Text($"$tries = 0; do {{ $now = {script} }} while (\"$now\" -ne '{expected}' -and $tries++ -lt 100); \"$now\""));

    private string Text(string script) => Assert.Single(cluster.Run(script).Succeeded()).ToString();
}
