using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Without a name: the current context. With names (wildcards) or -All: every one that fits.</summary>
/// <example><code>Get-ClusterContext</code></example>
[Cmdlet(VerbsCommon.Get, "ClusterContext", DefaultParameterSetName = "Current")]
[OutputType(typeof(ClusterContext))]
public sealed class GetClusterContextCommand : AsyncCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Name", ValueFromPipeline = true)]
    [SupportsWildcards]
    [ContextCompleter]
    public string[]? Name { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public SwitchParameter All { get; set; }

    protected override Task ProcessAsync()
    {
        if (ParameterSetName == "Current")
        {
            WriteObject(ContextStore.Resolve(null) with { IsCurrent = true });
            return Task.CompletedTask;
        }

        var contexts = ContextStore.All();
        foreach (var name in Name ?? ["*"])
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            var found = contexts.Where(context => pattern.IsMatch(context.Name)).ToArray();
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteError(Errors.NotFound("Context", name, null));
            }
        }

        return Task.CompletedTask;
    }
}
