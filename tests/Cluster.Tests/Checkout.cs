namespace Orchestrator.Cluster.Tests;

/// <summary>The checkout under test and the programs built in it.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    public static string Program(string folder, string name)
    {
        var path = Path.Combine(Root, "module", "bin", folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
        return File.Exists(path) ? path : throw new FileNotFoundException("the programs are not built: ./orch build.ps1 -Task Build", path);
    }

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Orchestrator.psd1")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("not inside a checkout");
        }
        return folder;
    }
}
