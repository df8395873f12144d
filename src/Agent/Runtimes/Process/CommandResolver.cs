using Orchestrator.Model;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>From image and spec to a command that can be executed as it stands: absolute program, arguments, directory, environment.</summary>
internal static class CommandResolver
{
    // What a process needs of its host to run at all; the rest of the agent's environment is nobody's business.
    private static readonly string[] Inherited = OperatingSystem.IsWindows()
        ? ["PATH", "PATHEXT", "SystemRoot", "SystemDrive", "ComSpec", "TEMP", "TMP", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "ProgramData", "ProgramFiles", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE", "DOTNET_ROOT"]
        : ["PATH", "HOME", "LANG", "TMPDIR", "DOTNET_ROOT"];

    public const string AddressVariable = "POD_IP";

    /// <summary>Where the pod's token, CA and namespace are, which containers find under a path of their own.</summary>
    public const string AccountVariable = "ORCHESTRATOR_SERVICE_ACCOUNT";

    /// <exception cref="RunContainerException" />
    public static ProcessLaunch Resolve(string id, ContainerSpec spec, ProcessImage image, SandboxRecord sandbox, ContainerFolder folder)
    {
        var manifest = image.Manifest;
        // As with any image: a command replaces entrypoint and arguments both, args alone replace the image's arguments.
        IReadOnlyList<string> command = spec.Command.Count > 0
            ? [.. spec.Command, .. spec.Args]
            : [.. manifest.Entrypoint, .. spec.Args.Count > 0 ? spec.Args : manifest.Cmd];
        if (command.Count == 0 || command[0].Length == 0)
        {
            throw new RunContainerException("no command specified: neither the container nor its image has one");
        }
        var environment = BuildEnvironment(spec, manifest, sandbox, folder);
        var directory = ResolveDirectory(spec, image, folder);
        LinkVolumes(spec.Mounts, folder.Work);
        return new(id, [ResolveProgram(command[0], image.Folder, environment.GetValueOrDefault("PATH")), .. command.Skip(1)], directory, environment);
    }

    public static string ResolveProgram(string program, string? imageFolder, string? path)
    {
        IEnumerable<string> candidates = Path.IsPathRooted(program) ? [program]
            : program.Contains('/', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && program.Contains('\\', StringComparison.Ordinal))
                ? [Path.GetFullPath(Path.Combine(imageFolder ?? "/", program))]
                : [.. imageFolder is null ? [] : new[] { Path.Combine(imageFolder, program) },
                   .. (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program))];
        var found = candidates.SelectMany(WithExtensions).Where(File.Exists).ToList();
        return found.Find(IsExecutable) ?? throw new RunContainerException(found.Count > 0
            ? $"exec: \"{program}\": {found[0]}: permission denied"
            : $"exec: \"{program}\": executable file not found in {(imageFolder is null ? "" : "the image's folder or ")}$PATH");
    }

    private static Dictionary<string, string> BuildEnvironment(
        ContainerSpec spec, ImageManifest manifest, SandboxRecord sandbox, ContainerFolder folder)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Inherited)
        {
            if (System.Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment[name] = value;
            }
        }
        environment["HOSTNAME"] = sandbox.Hostname;
        foreach (var (name, value) in manifest.Env.Concat(spec.Environment))
        {
            environment[name] = value;
        }
        foreach (var (name, source) in spec.Volumes)
        {
            environment[$"ORCHESTRATOR_VOLUME_{name.ToUpperInvariant().Replace('-', '_')}"] = source;
        }
        if (spec.Mounts.FirstOrDefault(mount => mount.Target == WellKnown.AccountFolder) is { } account)
        {
            environment[AccountVariable] = account.Source;
        }
        environment[TerminationMessage.Variable] = folder.TerminationMessage;
        // Not the pod's to choose: binding to any other address would take a port from everyone on this machine.
        environment[AddressVariable] = sandbox.Address;
        return environment;
    }

    private static string ResolveDirectory(ContainerSpec spec, ProcessImage image, ContainerFolder folder)
    {
        var origin = image.Folder ?? folder.Work;
        var wanted = spec.WorkingDirectory is { Length: > 0 } own ? own : image.Manifest.WorkingDir;
        var directory = Path.GetFullPath(Path.Combine(origin, wanted ?? "."));
        return Directory.Exists(directory) ? directory
            : throw new RunContainerException($"working directory \"{wanted}\": {directory} does not exist");
    }

    private static void LinkVolumes(IReadOnlyList<ContainerMount> mounts, string work)
    {
        foreach (var mount in mounts.Where(mount => mount.Target != WellKnown.AccountFolder))
        {
            var link = Path.GetFullPath(Path.Combine(work, mount.Target)).TrimEnd(Path.DirectorySeparatorChar);
            if (!link.StartsWith(work + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new RunContainerException($"mountPath \"{mount.Target}\" is not below the working directory");
            }
            Directory.CreateDirectory(Path.GetDirectoryName(link) ?? work);
            Directory.CreateSymbolicLink(link, mount.Source);
        }
    }

    private static IEnumerable<string> WithExtensions(string path) => OperatingSystem.IsWindows() && !Path.HasExtension(path)
        ? [path + ".exe", path + ".cmd", path + ".bat", path]
        : [path];

    private static bool IsExecutable(string path) => OperatingSystem.IsWindows()
        || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
