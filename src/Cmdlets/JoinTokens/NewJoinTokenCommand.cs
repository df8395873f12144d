using System.Management.Automation;
using k8s.KubeConfigModels;

namespace Orchestrator.Cmdlets;

/// <summary>Makes a token that agents join the cluster with; with -Path, also the bootstrap kubeconfig that an agent is started with.</summary>
/// <example><code>New-JoinToken ./node.kubeconfig</code></example>
[Cmdlet(VerbsCommon.New, "JoinToken", SupportsShouldProcess = true)]
[OutputType(typeof(JoinToken))]
public sealed class NewJoinTokenCommand : ClusterCmdlet
{
    /// <summary>How long it can be used.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan Ttl { get; set; } = TimeSpan.FromHours(1);

    /// <summary>File to write; only its owner can read it.</summary>
    [Parameter(Position = 0)]
    public string? Path { get; set; }

    [Parameter]
    public string? Description { get; set; }

    protected override async Task ProcessAsync()
    {
        if (!ShouldProcess($"cluster {Client.Context.Name}", "Create a join token"))
        {
            return;
        }

        var token = await JoinToken.CreateAsync(Client, Ttl, Description, Cancellation);
        if (Path is not null)
        {
            token.Path = GetUnresolvedProviderPathFromPSPath(Path);
            KubeConfigFile.Write(token.Path, "bootstrap", Endpoint(), new UserCredentials { Token = token.Token });
        }

        WriteObject(token);
    }

    private ClusterEndpoint Endpoint()
    {
        var known = KubeConfigFile.Load(Client.Context.KubeConfig).Clusters.First(cluster => cluster.Name == Client.Context.Cluster).ClusterEndpoint;
        var authority = known.CertificateAuthorityData
            ?? (known.CertificateAuthority is { Length: > 0 } file ? Convert.ToBase64String(File.ReadAllBytes(file)) : null);
        return new ClusterEndpoint
        {
            Server = known.Server, CertificateAuthorityData = authority, TlsServerName = known.TlsServerName, SkipTlsVerify = known.SkipTlsVerify,
        };
    }
}
