using System.Reflection;

namespace Orchestrator.Cmdlets;

/// <summary>The programs that lie beside the module's own assemblies.</summary>
internal static class Programs
{
    public static string Controller => Find("controller", "orchestrator-controller");
    public static string Agent => Find("agent", "orchestrator-agent");

    private static string Find(string folder, string name)
    {
        var bin = Path.GetDirectoryName(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)) ?? "";
        var path = Path.Combine(bin, folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
        return File.Exists(path)
            ? path
            : throw ClusterException.LocalCluster("NotBuilt", $"{path} is not there: the module is not built, or not whole.", "Run: ./orch build.ps1 -Task Build");
    }
}
