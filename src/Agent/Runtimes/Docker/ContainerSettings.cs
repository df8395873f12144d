using Docker.DotNet.Models;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>What every container of this agent gets.</summary>
/// <param name="Owner">The data folder's mark.</param>
/// <param name="PidsLimit">Processes and threads a container may have.</param>
/// <param name="LogFileBytes">When the engine begins a new log file.</param>
/// <param name="LogFiles">How many it keeps.</param>
/// <param name="ProfileFolder">Where seccomp profiles are.</param>
internal sealed record ContainerDefaults(string Owner, long PidsLimit, long LogFileBytes, int LogFiles, string ProfileFolder, long MachineMemoryBytes);

/// <summary>A container as the engine is asked for it.</summary>
internal static class ContainerSettings
{
    /// <exception cref="CreateContainerConfigException" />
    public static CreateContainerParameters Build(
        ContainerSpec container, DockerImage image, string sandboxId, string? terminationMessageFile, ContainerDefaults defaults)
    {
        var (pod, definition) = (container.Pod, container.Definition);
        var parameters = new CreateContainerParameters
        {
            Name = ContainerLabels.NameOf(defaults.Owner, container),
            Image = image.Id,
            Labels = ContainerLabels.Of(defaults.Owner, container, image.Digest),
            // Null keeps the image's; arguments alone replace the image's arguments, a command replaces both.
            Entrypoint = container.Command.Count > 0 ? [.. container.Command] : null,
            Cmd = container.Args.Count > 0 || container.Command.Count > 0 ? [.. container.Args] : null,
            Env = [.. container.Environment.Select(pair => $"{pair.Key}={pair.Value}")],
            WorkingDir = container.WorkingDirectory,
            OpenStdin = definition.Stdin == true,
            StdinOnce = definition.StdinOnce == true,
            Tty = definition.Tty == true,
            HostConfig = new()
            {
                NetworkMode = $"container:{sandboxId}",
                IpcMode = pod.HostIPC == true ? "host" : $"container:{sandboxId}",
                PidMode = pod.HostPID == true ? "host" : pod.ShareProcessNamespace == true ? $"container:{sandboxId}" : null,
                RestartPolicy = new() { Name = RestartPolicyKind.No },
                LogConfig = new()
                {
                    Type = "json-file",
                    Config = new Dictionary<string, string>
                    {
                        ["max-size"] = defaults.LogFileBytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
                        ["max-file"] = defaults.LogFiles.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    },
                },
                Mounts = [.. container.Mounts.Select(Bind)],
            },
        };
        if (terminationMessageFile is not null && container.TerminationMessagePath is { Length: > 0 } path)
        {
            parameters.HostConfig.Mounts.Add(new() { Type = "bind", Source = terminationMessageFile, Target = path });
        }
        ResourceSettings.Apply(parameters.HostConfig, pod, definition, defaults.PidsLimit, defaults.MachineMemoryBytes);
        SecuritySettings.Apply(parameters, pod, definition, image.User, defaults.ProfileFolder);
        return parameters;
    }

    // As mounts, not as "source:target" texts: a colon in a path is no separator here, and a source that vanished is an error.
    private static Mount Bind(ContainerMount mount) => mount.EngineVolume is { } volume ? Named(volume, mount) : new()
    {
        Type = "bind",
        Source = mount.Source,
        Target = mount.Target,
        ReadOnly = mount.ReadOnly,
        BindOptions = new()
        {
            Propagation = mount.Propagation switch { "Bidirectional" => "rshared", "HostToContainer" => "rslave", _ => "rprivate" },
        },
    };

    // What the image has at that place stays out of it.
    private static Mount Named(string volume, ContainerMount mount) => new()
    {
        Type = "volume", Source = volume, Target = mount.Target, ReadOnly = mount.ReadOnly, VolumeOptions = new() { NoCopy = true },
    };
}
