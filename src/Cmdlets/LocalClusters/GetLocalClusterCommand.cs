using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Gets the local clusters of this user, running or not; one elsewhere by -Path.</summary>
/// <example><code>Get-LocalCluster</code></example>
[Cmdlet(VerbsCommon.Get, "LocalCluster", DefaultParameterSetName = "Name")]
[OutputType(typeof(LocalCluster))]
public sealed class GetLocalClusterCommand : AsyncCmdlet
{
    [Parameter(Position = 0, ParameterSetName = "Name", ValueFromPipeline = true)]
    [SupportsWildcards]
    [LocalClusterCompleter]
    public string[]? Name { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    public string? Path { get; set; }

    protected override Task ProcessAsync()
    {
        if (Path is not null)
        {
            Write([new LocalClusterFolder(GetUnresolvedProviderPathFromPSPath(Path).TrimEnd('/', '\\'))], Path);
            return Task.CompletedTask;
        }

        var all = LocalClusterFolder.All().ToArray();
        foreach (var name in Name ?? ["*"])
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            Write(all.Where(folder => pattern.IsMatch(folder.Name)), WildcardPattern.ContainsWildcardCharacters(name) ? null : name);
        }

        return Task.CompletedTask;
    }

    private void Write(IEnumerable<LocalClusterFolder> folders, string? required)
    {
        var found = folders.Select(folder => (folder, state: LocalClusterState.Load(folder))).Where(pair => pair.state is not null)
            .Select(pair => new LocalCluster(pair.folder, pair.state!)).ToArray(); // Just filtered.
        WriteObject(found, enumerateCollection: true);
        if (found.Length == 0 && required is not null)
        {
            WriteError(Errors.NotFound("LocalCluster", required, null));
        }
    }
}
