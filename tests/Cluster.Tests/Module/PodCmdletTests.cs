using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

[Collection(ModuleClusterCollection.Name)]
public sealed class PodCmdletTests(ModuleCluster cluster)
{
    [Fact]
    public void Pod_FromItsCreationToItsEnd()
    {
        cluster.Run("New-Namespace pods").Succeeded();

        var pod = Assert.Single(cluster.Run(
            "New-Pod web host -Namespace pods -Label @{ app = 'web' } -Command sh, '-c', 'echo one; echo two; exec sleep 600' -Wait -Timeout 20").Succeeded());
        Assert.Equal(("1/1", "Running"), (pod.Properties["Ready"].Value, pod.Properties["Status"].Value));

        Assert.Equal(["one", "two"], Texts("Get-PodLog web -Namespace pods"));
        Assert.Equal(["two"], Texts("Get-Pod -Namespace pods | Get-PodLog -Tail 1"));
        Assert.Contains("Started", Texts("Get-Pod web -Namespace pods | Get-ClusterEvent | ForEach-Object Reason"));
        Assert.Equal(["web"], Texts("Get-Pod w?b -Namespace pods -Selector @{ app = 'web', 'other' } | Select-ByLabel 'app' | ForEach-Object Name"));
        Assert.Equal(["web"], Texts("Get-Pod web -AllNamespaces | ForEach-Object Name"));
        Assert.Empty(Texts("Get-Pod -Namespace pods -FieldSelector status.phase=Pending"));

        cluster.Run("Get-Pod -Namespace pods | Remove-Pod -GracePeriodSeconds 1 -Wait -Timeout 20").Succeeded();
        Assert.Equal("NotFound,Pod", cluster.Run("Get-Pod web -Namespace pods").ErrorId());
    }

    [Fact]
    public void Pipeline_OneItemFails_TheOthersGoOn()
    {
        cluster.Run("New-Namespace items").Succeeded();
        var outcome = cluster.Run("'a', 'Not-A-Name', 'b' | ForEach-Object { New-ConfigMap $_ @{ key = $_ } -Namespace items }");

        Assert.Equal(["a", "b"], outcome.Output.Select(item => item.ToString()));
        Assert.Equal("Invalid,ConfigMap", outcome.ErrorId());
    }

    [Fact]
    public void WhatIf_AsksTheServer_AndChangesNothing()
    {
        Assert.Equal("Invalid,Namespace", cluster.Run("New-Namespace Not_A_Name -WhatIf").ErrorId());

        cluster.Run("New-Namespace rehearsed -WhatIf").Succeeded();
        Assert.Equal("NotFound,Namespace", cluster.Run("Get-Namespace rehearsed").ErrorId());
    }

    [Fact]
    public void Label_ThatIsThere_IsChangedOnlyWithOverwrite()
    {
        cluster.Run("New-Namespace labels; New-ConfigMap cm -Namespace labels -Label @{ tier = 'front' }").Succeeded();

        Assert.Equal("LabelExists", cluster.Run("Get-ConfigMap cm -Namespace labels | Add-Label @{ tier = 'back' }").ErrorId());
        Assert.Equal(["back"], Texts("Get-ConfigMap cm -Namespace labels | Add-Label @{ tier = 'back' } -Overwrite -PassThru | ForEach-Object { $_.Labels['tier'] }"));
        Assert.Equal(["0"], Texts("Get-ConfigMap cm -Namespace labels | Remove-Label tier, other -PassThru | ForEach-Object { $_.Labels.Count }"));
    }

    [Fact]
    public void Secret_ValuesAreKeptAndHandedOut()
    {
        cluster.Run(
            """
            $hidden = [securestring]::new(); 'äbc'.ToCharArray() | ForEach-Object { $hidden.AppendChar($_) }
            New-Namespace secrets
            New-ClusterSecret s @{ hidden = $hidden; plain = 'text'; raw = [byte[]] (0, 255) } -Namespace secrets
            """).Succeeded();

        Assert.Equal(["äbc text 0 255"], Texts("$s = Get-ClusterSecret s -Namespace secrets; \"$($s.Reveal('hidden')) $($s.Reveal('plain')) $($s.GetBytes('raw'))\""));
    }

    private IEnumerable<string> Texts(string script) => cluster.Run(script).Succeeded().Select(item => item.ToString());
}
