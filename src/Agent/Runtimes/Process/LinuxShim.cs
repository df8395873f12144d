using System.Diagnostics;
using System.Runtime.Versioning;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// The shim on Linux: a POSIX shell in a session of its own, under 1 MB. It holds nothing but its child: output goes from the child
/// straight into the log file, so the agent may die at any moment and neither blocks nor loses it.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class LinuxShim
{
    // No variables: assigning one that the container's environment also has would change what the child sees.
    // The noclobber write makes a start happen once. The child tells its own pid before it becomes the command.
    // The last line is what the end of a pid namespace does in a container: whoever is left of the session dies.
    private const string Script = """
        exec </dev/null >/dev/null 2>&1
        umask 022
        set -C
        echo $$ >"$1/shim.pid" || exit 1
        set +C
        trap : HUP INT TERM
        /bin/sh -c 'echo $$ >"$0/pid"; exec "$@"' "$@" >>"$1/log" 2>&1
        set -- "$1" $?
        until echo "$2" >"$1/exit.new" && /bin/mv -f "$1/exit.new" "$1/exit"
        do [ -d "$1" ] || break; /bin/sleep 1
        done
        kill -KILL 0

        """;

    private const string FileName = "shim.sh";

    /// <summary>A shell reads its script as it goes, so a file that living shims read is replaced, never rewritten.</summary>
    public static string Install(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path) || File.ReadAllText(path) != Script)
        {
            OwnerOnly.WriteAtomically(path, System.Text.Encoding.UTF8.GetBytes(Script));
        }
        return path;
    }

    public static ProcessStartInfo Describe(string script, ContainerFolder folder, ProcessLaunch launch)
    {
        var start = new ProcessStartInfo("/usr/bin/setsid") { UseShellExecute = false, WorkingDirectory = launch.WorkingDirectory };
        start.Environment.Clear();
        foreach (var word in launch.Starter)
        {
            start.ArgumentList.Add(word);
        }
        start.ArgumentList.Add("/bin/sh");
        start.ArgumentList.Add(script);
        start.ArgumentList.Add(folder.Run);
        ShellEnvironment.Pass(start, launch.Environment);
        start.Environment[ProcessTable.Marker] = launch.ContainerId;
        foreach (var argument in launch.Command)
        {
            start.ArgumentList.Add(argument);
        }
        return start;
    }
}
