using k8s.KubeConfigModels;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Contexts;

public sealed class KubeConfigFileTests
{
    [Fact]
    public void Write_IsReadBack_AndOnlyItsOwnerMayReadIt()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "deep", "kubeconfig");

        KubeConfigFile.Write(path, "one", new ClusterEndpoint { Server = "https://127.0.0.1:1", CertificateAuthorityData = "QQ==" }, new UserCredentials { Token = "a\"b\\c" }, "team");

        var context = Assert.Single(KubeConfigFile.Contexts(path));
        Assert.Equal(("one", "https://127.0.0.1:1", "team", path), (context.Name, context.Server, context.Namespace, context.KubeConfig));
        Assert.Equal("a\"b\\c", KubeConfigFile.Load(path).Users.Single().UserCredentials.Token);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal(["kubeconfig"], Directory.GetFiles(Path.Combine(folder.Path, "deep")).Select(Path.GetFileName));
    }

    [Fact]
    public void Load_AfterAChange_ReadsAnew()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("config", "apiVersion: v1\nkind: Config\ncurrent-context: a\n");
        Assert.Equal("a", KubeConfigFile.Load(path).CurrentContext);

        File.WriteAllText(path, "apiVersion: v1\nkind: Config\ncurrent-context: b\n");
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));

        Assert.Equal("b", KubeConfigFile.Load(path).CurrentContext);
    }

    [Fact]
    public void Load_SomethingElse_IsAClearError()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("config", "clusters: {not: [a, list");

        var error = Assert.Throws<ClusterException>(() => KubeConfigFile.Load(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }
}
