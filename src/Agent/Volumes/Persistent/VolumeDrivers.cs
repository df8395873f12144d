using Docker.DotNet;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>The drivers of an agent, by the name that volumes have them by.</summary>
internal static class VolumeDrivers
{
    public static IReadOnlyDictionary<string, IVolumeDriver> Make(
        VolumeStore store, ToolPrograms tools, string programs, string powerShell, string node, DockerClient? engine = null) => new Dictionary<string, IVolumeDriver>(StringComparer.Ordinal)
    {
        [VolumeNames.Local] = new NodeDriver(new(store, tools), new(store, engine)),
        [VolumeNames.Exec] = new ExecDriver(store, tools, programs, powerShell, node),
    };
}
