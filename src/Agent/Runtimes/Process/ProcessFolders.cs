namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>Where the process runtime keeps its records under the agent's data folder.</summary>
internal static class ProcessFolders
{
    public static string Containers(string dataFolder) => Path.Combine(dataFolder, "containers");

    public static string Sandboxes(string dataFolder) => Path.Combine(dataFolder, "sandboxes");

    public static string Resolvers(string dataFolder) => Path.Combine(dataFolder, "resolvers");
}
