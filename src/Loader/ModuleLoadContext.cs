using System.Reflection;
using System.Runtime.Loader;

namespace Orchestrator.Loader;

/// <summary>
/// Where the module's assemblies live, apart from everybody else's: another module may bring its own KubernetesClient or YamlDotNet and
/// neither notices. What is not in the module's folder (the engine, the framework) comes from the process, so that types are shared there.
/// </summary>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Assembly> Loaded = new(StringComparer.Ordinal);

    private readonly string _directory;

    private ModuleLoadContext(string directory)
        : base("Orchestrator")
    {
        _directory = directory;
    }

    /// <summary>Loads an assembly of the module's folder; the same one again when the module is imported again.</summary>
    /// <param name="path">Full path of the assembly.</param>
    public static Assembly LoadModule(string path)
    {
        lock (Gate)
        {
            if (!Loaded.TryGetValue(path, out var assembly))
            {
                var directory = Path.GetDirectoryName(path) ?? throw new ArgumentException("A full path is needed.", nameof(path));
                assembly = new ModuleLoadContext(directory).LoadFromAssemblyPath(path);
                Loaded.Add(path, assembly);
            }

            return assembly;
        }
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(_directory, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
