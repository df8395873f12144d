using Orchestrator.Agent.Hosting;
using Orchestrator.Agent.Runtimes.Hollow;
using Orchestrator.Agent.Runtimes.Process;

if (OperatingSystem.IsWindows() && args is [WindowsShim.Verb, var runFolder])
{
    return await WindowsShim.RunAsync(runFolder);
}
var line = AgentCommandLine.Parse(args, Environment.GetEnvironmentVariable);
if (line.Errors.Count > 0)
{
    foreach (var error in line.Errors)
    {
        Console.Error.WriteLine($"orchestrator-agent: {error}");
    }
    return 2;
}
if (line.Command == AgentCommand.Help)
{
    Console.WriteLine(AgentCommandLine.Usage);
    return 0;
}
try
{
    using var folder = DataFolder.Open(line.Options.DataFolder);
    return line.Command == AgentCommand.Purge
        ? await Purge.RunAsync(line.Options)
        : line.Options.Hollow.Nodes > 0 ? await HollowApplication.RunAsync(line.Options, folder)
        : await AgentApplication.RunAsync(line.Options, folder);
}
catch (Exception e) when (e is IOException or Orchestrator.Agent.Nodes.JoinException)
{
    Console.Error.WriteLine($"orchestrator-agent: {e.Message}");
    return 1;
}
