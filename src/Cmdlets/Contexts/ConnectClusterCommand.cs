using System.Management.Automation;
using System.Net;
using System.Security;
using k8s.KubeConfigModels;

namespace Orchestrator.Cmdlets;

/// <summary>Makes a cluster known to this session, tries it, and makes it current: from a kubeconfig file, or from a server and a token.</summary>
/// <example><code>Connect-Cluster ~/.kube/config</code></example>
[Cmdlet(VerbsCommunications.Connect, "Cluster", DefaultParameterSetName = "KubeConfig")]
[OutputType(typeof(ClusterContext))]
public sealed class ConnectClusterCommand : AsyncCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "KubeConfig", ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "FullName")]
    public string KubeConfig { get; set; } = "";

    /// <summary>A context of the file; without it, the file's current one.</summary>
    [Parameter(ParameterSetName = "KubeConfig")]
    public string? Context { get; set; }

    /// <summary>Address, such as <c>https://10.0.0.1:6443</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Token")]
    public Uri? Server { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Token")]
    public SecureString? Token { get; set; }

    /// <summary>PEM file of the authority that signed the server's certificate; without it, the system's authorities.</summary>
    [Parameter(ParameterSetName = "Token")]
    public string? CertificateAuthority { get; set; }

    /// <summary>Name of the new context; without it, the server's host.</summary>
    [Parameter(ParameterSetName = "Token")]
    public string? Name { get; set; }

    protected override async Task ProcessAsync()
    {
        var context = Server is null ? FromFile() : FromToken(Server);
        await ClientCache.Get(context).GetPathAsync("version", Cancellation);
        WriteObject(ContextStore.Use(context.KubeConfig, context.Name) with { IsCurrent = true });
    }

    private ClusterContext FromFile()
    {
        var path = GetUnresolvedProviderPathFromPSPath(KubeConfig);
        if (!File.Exists(path))
        {
            throw new ClusterException("NotFound,KubeConfig", ErrorCategory.ObjectNotFound, $"There is no file {path}.") { Target = path };
        }

        var name = Context ?? KubeConfigFile.Load(path).CurrentContext;
        return KubeConfigFile.Contexts(path).FirstOrDefault(context => context.Name == name)
            ?? throw ClusterException.UnknownContext(name ?? "", KubeConfigFile.Contexts(path).Select(context => context.Name));
    }

    private ClusterContext FromToken(Uri server)
    {
        var name = Name ?? server.Host;
        var authority = CertificateAuthority is null ? null : File.ReadAllBytes(GetUnresolvedProviderPathFromPSPath(CertificateAuthority));
        var path = System.IO.Path.Combine(LocalClusterFolder.Home, "contexts", $"{Uri.EscapeDataString(name)}.kubeconfig");
        KubeConfigFile.Write(
            path, name,
            new ClusterEndpoint { Server = server.ToString().TrimEnd('/'), CertificateAuthorityData = authority is null ? null : Convert.ToBase64String(authority) },
            new UserCredentials { Token = new NetworkCredential("", Token).Password });
        return KubeConfigFile.Contexts(path).Single();
    }
}
