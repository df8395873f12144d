using System.Globalization;
using Docker.DotNet.Models;
using k8s.Models;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Security contexts as the engine's settings: the container's own wins over the pod's.</summary>
internal static class SecuritySettings
{
    /// <param name="imageUser">Who the image runs as: name or number, with or without a group; empty is root.</param>
    /// <param name="profileFolder">Where seccomp profiles of type Localhost are files.</param>
    /// <exception cref="CreateContainerConfigException" />
    public static void Apply(CreateContainerParameters parameters, V1PodSpec pod, V1Container container, string imageUser, string profileFolder)
    {
        var (shared, own) = (pod.SecurityContext, container.SecurityContext);
        var host = parameters.HostConfig;
        var user = own?.RunAsUser ?? shared?.RunAsUser;
        if ((own?.RunAsNonRoot ?? shared?.RunAsNonRoot) == true)
        {
            CheckNotRoot(user, imageUser, container.Name);
        }
        parameters.User = User(user, own?.RunAsGroup ?? shared?.RunAsGroup, imageUser);
        IEnumerable<long?> groups = [.. shared?.SupplementalGroups ?? [], shared?.FsGroup];
        host.GroupAdd = [.. groups.OfType<long>().Distinct().Select(Text)];
        host.CapAdd = own?.Capabilities?.Add;
        host.CapDrop = own?.Capabilities?.Drop;
        host.Privileged = own?.Privileged == true;
        host.ReadonlyRootfs = own?.ReadOnlyRootFilesystem == true;
        host.SecurityOpt = Options(pod, container, profileFolder);
        if (own?.ProcMount == "Unmasked")
        {
            (host.MaskedPaths, host.ReadonlyPaths) = ([], []);
        }
    }

    private static void CheckNotRoot(long? user, string imageUser, string container)
    {
        var name = imageUser.Split(':')[0];
        if (user == 0 || (user is null && name is "" or "0" or "root"))
        {
            throw new CreateContainerConfigException(user == 0
                ? $"container's runAsUser breaks non-root policy (container: {container})"
                : $"container has runAsNonRoot and image will run as root (container: {container})");
        }
        if (user is null && !long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new CreateContainerConfigException(
                $"container has runAsNonRoot and image has non-numeric user ({name}), cannot verify user is non-root (container: {container})");
        }
    }

    private static string? User(long? user, long? group, string imageUser)
    {
        if (user is null && group is null)
        {
            return null;
        }
        var name = user is { } number ? Text(number) : imageUser.Split(':')[0] is { Length: > 0 } given ? given : "0";
        return group is { } id ? $"{name}:{Text(id)}" : name;
    }

    private static List<string> Options(V1PodSpec pod, V1Container container, string profileFolder)
    {
        var (shared, own) = (pod.SecurityContext, container.SecurityContext);
        List<string> options = [];
        if (own?.AllowPrivilegeEscalation == false)
        {
            options.Add("no-new-privileges");
        }
        if ((own?.SeccompProfile ?? shared?.SeccompProfile) is { } seccomp)
        {
            if (seccomp.Type == "Unconfined")
            {
                options.Add("seccomp=unconfined");
            }
            else if (seccomp.Type == "Localhost")
            {
                options.Add($"seccomp={ReadProfile(profileFolder, seccomp.LocalhostProfile ?? "")}");
            }
        }
        if ((own?.AppArmorProfile ?? shared?.AppArmorProfile) is { Type: not "RuntimeDefault" } armor)
        {
            options.Add($"apparmor={(armor.Type == "Unconfined" ? "unconfined" : armor.LocalhostProfile)}");
        }
        if ((own?.SeLinuxOptions ?? shared?.SeLinuxOptions) is { } label)
        {
            foreach (var (name, value) in new[] { ("user", label.User), ("role", label.Role), ("type", label.Type), ("level", label.Level) })
            {
                if (!string.IsNullOrEmpty(value))
                {
                    options.Add($"label={name}:{value}");
                }
            }
        }
        return options;
    }

    private static string ReadProfile(string folder, string name)
    {
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, name));
        try
        {
            return path.StartsWith(root, StringComparison.Ordinal)
                ? File.ReadAllText(path)
                : throw new CreateContainerConfigException($"seccompProfile.localhostProfile: \"{name}\" leaves {root}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreateContainerConfigException($"seccompProfile.localhostProfile: {e.Message}");
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
