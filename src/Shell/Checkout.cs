namespace Orchestrator.Shell;

/// <summary>Where the module is: the launcher names the checkout in <c>ORCHESTRATOR_HOME</c>.</summary>
internal static class Checkout
{
    public static string? Home => Environment.GetEnvironmentVariable("ORCHESTRATOR_HOME");

    /// <summary>The manifest of a module that is built; null when it isn't, so that build.ps1 itself can run here.</summary>
    public static string? BuiltModule()
    {
        if (Home is not { } home)
        {
            return null;
        }

        var manifest = Path.Combine(home, "Orchestrator.psd1");
        return File.Exists(manifest) && Directory.Exists(Path.Combine(home, "module", "bin", "cmdlets")) ? manifest : null;
    }

    /// <summary>The user's and the machine's module folders; the launcher adds the checkout's own.</summary>
    public static string ModulePath()
    {
        var given = Environment.GetEnvironmentVariable("PSModulePath");
        var own = Path.Combine(AppContext.BaseDirectory, "Modules");
        return string.IsNullOrEmpty(given) ? own : string.Join(Path.PathSeparator, given, own);
    }
}
