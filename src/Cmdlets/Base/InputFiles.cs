using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Paths as people give them to cmdlets: relative to the session's location, with wildcards.</summary>
internal static class InputFiles
{
    /// <exception cref="ClusterException">A path is of no file.</exception>
    public static IEnumerable<string> Resolve(PSCmdlet cmdlet, IEnumerable<string>? paths)
    {
        foreach (var path in paths ?? [])
        {
            IReadOnlyCollection<string> found;
            try
            {
                found = cmdlet.GetResolvedProviderPathFromPSPath(path, out _);
            }
            catch (ItemNotFoundException missing)
            {
                throw new ClusterException("NotFound,Path", ErrorCategory.ObjectNotFound, $"There is no file or folder {path}.", missing) { Target = path };
            }

            foreach (var one in found)
            {
                yield return one;
            }
        }
    }
}
