using System.Diagnostics;
using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Orchestrator.Testing;

/// <summary>A Docker Engine with its own network, socket and folders, which are gone when it is disposed of. Needs root, dockerd, iptables and a static busybox.</summary>
public sealed class PrivateEngine : IAsyncDisposable
{
    private const string BusyBox = "/bin/busybox";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"engine-{Guid.NewGuid():N}"[..15]);
    private Process? _network;
    private Process? _daemon;

    public string Folder => _folder;

    public Uri Endpoint => new($"unix://{_folder}/s");

    /// <summary>A process that holds the engine's network, which other programs may join; it stays the same when the engine restarts.</summary>
    public int NetworkProcessId => _network?.Id ?? 0;

    public DockerClient Client { get; private set; } = null!; // Set before any test gets hold of the engine.

    /// <returns>Why there can be none here, or null: it runs and has the image <c>host</c>.</returns>
    public async Task<string?> StartAsync(CancellationToken cancellationToken)
    {
        var unusable = Missing() ?? await TryStartAsync(cancellationToken);
        if (unusable is null)
        {
            await MakeImageAsync();
        }
        return unusable;
    }

    /// <summary>The engine as its user's kill or a crash leaves it, started again.</summary>
    /// <returns>Why it did not start again, or null.</returns>
    public async Task<string?> RestartAsync(bool kill, CancellationToken cancellationToken)
    {
        await StopAsync(kill);
        // The containerd of a daemon that was killed dies with it; where nobody reaps it, its pid would pass for alive.
        File.Delete(Path.Combine(_folder, "e", "containerd", "containerd.pid"));
        return await TryStartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_daemon is not null)
            {
                foreach (var container in await Client.Containers.ListContainersAsync(new() { All = true }))
                {
                    await Client.Containers.RemoveContainerAsync(container.ID, new() { Force = true });
                }
            }
        }
        finally
        {
            Client?.Dispose();
            await StopAsync(kill: false);
            EndShims();
            End(_network);
            RemoveFolder();
        }
    }

    private static string? Missing() =>
        Environment.UserName != "root" ? "a private Docker Engine needs root"
        : !OnPath("dockerd") ? "dockerd is not installed"
        : !OnPath("iptables") ? "iptables is not installed"
        : !File.Exists(BusyBox) ? $"{BusyBox} is not there"
        : null;

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <returns>Why it did not start, or null.</returns>
    private async Task<string?> TryStartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        if (_network is null && await TryMakeNetworkAsync(cancellationToken) is { } refused)
        {
            return $"no network namespace can be made here: {refused}";
        }
        var log = Path.Combine(_folder, "log");
        // A shell sends what the daemon says to a file, which no reader has to keep up with, and becomes the daemon.
        var start = new ProcessStartInfo("nsenter",
        [
            $"--net=/proc/{NetworkProcessId}/ns/net", "/bin/sh", "-c",
            $"exec dockerd --data-root {_folder}/d --exec-root {_folder}/e --pidfile {_folder}/p --host {Endpoint} --bridge none >>{log} 2>&1",
        ]);
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        _daemon = Process.Start(start);
        Client ??= new DockerClientConfiguration(Endpoint, defaultTimeout: Timeout.InfiniteTimeSpan).CreateClient();
        var began = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync(cancellationToken))
        {
            if (_daemon is not { HasExited: false } || TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                await StopAsync(kill: true);
                return $"dockerd does not start here: {(File.Exists(log) ? (await File.ReadAllLinesAsync(log, cancellationToken)).LastOrDefault() : "it said nothing")}";
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
        return null;
    }

    /// <summary>A network of the engine's own, which goes with it: engines that share one clear away each other's rules when they start.</summary>
    private async Task<string?> TryMakeNetworkAsync(CancellationToken cancellationToken)
    {
        _network = Process.Start(new ProcessStartInfo("unshare", ["--net", "/bin/sh", "-c", $"{BusyBox} ip link set lo up && echo made && exec {BusyBox} sleep 100000"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        });
        if (_network is null || await _network.StandardOutput.ReadLineAsync(cancellationToken) != "made")
        {
            return _network is null ? "unshare does not start" : await _network.StandardError.ReadToEndAsync(cancellationToken);
        }
        return null;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Client.System.PingAsync(cancellationToken);
            return true;
        }
        // Not there yet; the client wraps what the socket says in a type of its own, which it does not show.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return false;
        }
    }

    private async Task StopAsync(bool kill)
    {
        if (_daemon is { HasExited: false } running)
        {
            if (!kill)
            {
                await RunAsync("kill", "-TERM", running.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
                running.WaitForExit(Patience);
            }
            End(running);
        }
        else
        {
            _daemon?.Dispose();
        }
        _daemon = null;
    }

    // An engine that was killed while it started a container forgets the shim, with what it was to become. Nobody else's has this folder in its command line.
    private void EndShims()
    {
        foreach (var process in Process.GetProcesses())
        {
            try
            {
                if (File.ReadAllText($"/proc/{process.Id}/cmdline").Contains($"{_folder}/e/containerd/containerd.sock", StringComparison.Ordinal))
                {
                    process.Kill(entireProcessTree: true);
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // It has ended.
            }
            process.Dispose();
        }
    }

    private static void End(Process? process)
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            process.WaitForExit(Patience);
        }
        process?.Dispose();
    }

    private void RemoveFolder()
    {
        if (!Directory.Exists(_folder))
        {
            return;
        }
        // The fifth field is where; the innermost goes first.
        foreach (var mount in File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4])
            .Where(point => point.StartsWith(_folder + "/", StringComparison.Ordinal)).OrderByDescending(point => point.Length).ToList())
        {
            RunAsync("umount", "-l", mount).GetAwaiter().GetResult();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task RunAsync(string applet, params string[] arguments)
    {
        using var process = Process.Start(BusyBox, [applet, .. arguments]);
        await process.WaitForExitAsync(CancellationToken.None);
    }

    // The name that process pods give to no image at all, so that one suite of tests serves both.
    private async Task MakeImageAsync()
    {
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, leaveOpen: true))
        {
            foreach (var folder in new[] { "bin", "tmp", "etc", "dev", "proc", "sys" })
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = (UnixFileMode)0b111_111_111 });
            }
            await using (var program = File.OpenRead(BusyBox))
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "bin/busybox") { DataStream = program, Mode = (UnixFileMode)0b111_101_101 });
            }
            foreach (var name in new[] { "sh", "sleep", "echo", "test", "true", "false", "touch", "rm", "cat", "id", "ls", "nc", "httpd", "hostname", "head", "yes", "tr", "stat", "grep", "dd", "mkdir", "ln", "ps", "kill", "wc" })
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, $"bin/{name}") { LinkName = "busybox" });
            }
            await AddResolverAsync(tar);
            using var users = new MemoryStream("root:x:0:0::/:/bin/sh\n"u8.ToArray());
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "etc/passwd") { DataStream = users });
        }
        archive.Position = 0;
        await Client.Images.CreateImageAsync(
            new ImagesCreateParameters { FromSrc = "-", Repo = "host", Tag = "latest", Changes = ["ENV PATH=/bin"] }, archive, new AuthConfig(), new Progress<JSONMessage>());
    }

    // A static program has no libraries to look names up with: this one does, in the way that programs of any distribution do.
    private static async Task AddResolverAsync(TarWriter tar)
    {
        const string program = "/usr/bin/getent";
        using var libraries = Process.Start(new ProcessStartInfo("ldd", [program]) { RedirectStandardOutput = true })!; // A new process.
        var listed = await libraries.StandardOutput.ReadToEndAsync();
        await libraries.WaitForExitAsync(CancellationToken.None);
        foreach (var path in listed.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.StartsWith('/')).Append(program))
        {
            await using var content = File.OpenRead(path);
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path == program ? "bin/getent" : path[1..]) { DataStream = content, Mode = (UnixFileMode)0b111_101_101 });
        }
    }
}
