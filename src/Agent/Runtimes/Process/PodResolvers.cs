using System.Net;
using System.Text;
using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Networking.Dns;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// Gives each pod a <c>resolv.conf</c> of its own: its processes live in a mount namespace in which that file lies over the machine's. Takes root, and a
/// machine whose mounts are shared: else each pod would hold on to what other pods had mounted when it started.
/// </summary>
internal sealed class PodResolvers(string folder, string? domain)
{
    private static readonly string[] MountPrograms = ["/bin/mount", "/usr/bin/mount"];
    private const string Unshare = "/usr/bin/unshare";
    private string? _mount;
    private volatile string? _server;

    /// <summary>Whether pods can have one here.</summary>
    public bool IsAvailable => _mount is not null;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        OwnerOnly.CreateDirectory(folder);
        var mount = Array.Find(MountPrograms, File.Exists);
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || domain is null || mount is null || !File.Exists(Unshare) || !IsRootShared())
        {
            return;
        }
        var words = Enter(mount, ResolverFile.OfMachine);
        _mount = (await Tool.RunAsync(words[0], [.. words[1..], "/bin/true"], null, cancellationToken)).ExitCode == 0 ? mount : null;
    }

    public void UseServer(IPAddress server) => _server = server.ToString();

    public void Write(SandboxSpec spec)
    {
        if (IsAvailable && PodResolver.Of(spec.Pod, spec.Namespace, _server, domain ?? "", HostResolvers.Searches()) is { } settings)
        {
            OwnerOnly.WriteAtomically(PathOf(spec.PodUid), Encoding.UTF8.GetBytes(ResolverFile.Write(settings)));
            if (!OperatingSystem.IsWindows())
            {
                // Its processes may run as others than the agent.
                File.SetUnixFileMode(PathOf(spec.PodUid), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            }
        }
    }

    /// <summary>The pod's own; null where it has the machine's.</summary>
    public string? Find(string podUid) => IsAvailable && File.Exists(PathOf(podUid)) ? PathOf(podUid) : null;

    /// <summary>What a command of the pod is started by; nothing where the pod has the machine's.</summary>
    public IReadOnlyList<string> Enter(string podUid) => Find(podUid) is { } file ? Enter(_mount!, file) : []; // It is available.

    public void Remove(string podUid) => File.Delete(PathOf(podUid));

    private static string[] Enter(string mount, string file) =>
        [Unshare, "--mount", "--propagation", "slave", "/bin/sh", "-c", $"{mount} --bind \"$0\" {ResolverFile.OfMachine} && exec \"$@\"", file];

    private static bool IsRootShared() => File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' '))
        .Any(fields => fields.Length > 6 && fields[4] == "/" && fields[6].StartsWith("shared:", StringComparison.Ordinal));

    private string PathOf(string podUid) => Path.Combine(folder, $"{string.Concat(podUid.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'))}.conf");
}
