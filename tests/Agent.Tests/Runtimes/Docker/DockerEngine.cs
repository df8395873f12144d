using System.Diagnostics;
using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;
using Orchestrator.Agent.Runtimes.Docker;
using Orchestrator.Agent.Volumes;
using Xunit;

[assembly: AssemblyFixture(typeof(Orchestrator.Agent.Tests.Runtimes.Docker.DockerEngine))]

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

/// <summary>
/// A Docker Engine of the tests' own, with its own socket and folders, started when the first test asks for it. Where that cannot be done,
/// these tests are skipped with the reason.
/// </summary>
public sealed class DockerEngine : IAsyncLifetime
{
    private const string BusyBox = "/bin/busybox";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static int s_ranges;

    private readonly string _folder = Directory.CreateTempSubdirectory("engine-").FullName;
    private readonly SemaphoreSlim _one = new(1, 1);
    private System.Diagnostics.Process? _daemon;
    private string? _unusable;

    internal Uri Endpoint => new($"unix://{Path.Combine(_folder, "s")}");

    /// <summary>The daemon, whose network other programs may join.</summary>
    internal int ProcessId => _daemon?.Id ?? 0;

    internal DockerClient Client { get; private set; } = null!; // Set before any test gets hold of the engine.

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Skips the test where there is no engine.</summary>
    internal async Task EnsureAsync()
    {
        await _one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_daemon is null && _unusable is null)
            {
                _unusable = NotAskedFor() ?? Missing() ?? await TryStartAsync();
                if (_unusable is null)
                {
                    await MakeImageAsync();
                }
            }
        }
        finally
        {
            _one.Release();
        }
        Assert.SkipWhen(_unusable is not null, _unusable ?? "");
    }

    /// <summary>An engine writes into the machine's own firewall, and another that starts or stops beside it takes its rules away: it is started only where that is wanted.</summary>
    private static string? NotAskedFor() => Environment.GetEnvironmentVariable("ORCHESTRATOR_TEST_DOCKER") == "1"
        ? null : "starts a Docker Engine only where ORCHESTRATOR_TEST_DOCKER=1 asks for it";

    /// <summary>An address range that no other node of this run has.</summary>
    internal static string NextRange() => $"10.{97 + Environment.ProcessId % 50}.{Interlocked.Increment(ref s_ranges)}.0/24";

    /// <summary>The engine as its user's kill or a crash leaves it, started again.</summary>
    internal async Task RestartAsync(bool kill)
    {
        Stop(kill);
        // The containerd of a daemon that was killed dies with it; where nobody reaps it, its pid would pass for alive.
        File.Delete(Path.Combine(_folder, "e", "containerd", "containerd.pid"));
        Assert.Null(await TryStartAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            foreach (var container in await Client.Containers.ListContainersAsync(new() { All = true }))
            {
                await Client.Containers.RemoveContainerAsync(container.ID, new() { Force = true });
            }
            Client.Dispose();
            Stop(kill: false);
        }
        _one.Dispose();
        foreach (var mount in MountTable.Below(_folder))
        {
            FileNative.Unmount(mount);
        }
        Directory.Delete(_folder, recursive: true);
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
    private async Task<string?> TryStartAsync()
    {
        var log = Path.Combine(_folder, "log");
        // In a network of its own, which goes with it: engines that share one clear away each other's rules when they start.
        // A shell sends what the daemon says to a file, which no reader has to keep up with, and becomes the daemon.
        var start = new ProcessStartInfo("unshare",
        [
            "--net", "/bin/sh", "-c", $"{BusyBox} ip link set lo up && exec dockerd --data-root {_folder}/d --exec-root {_folder}/e --pidfile {_folder}/p --host {Endpoint} --bridge none >>{log} 2>&1",
        ]);
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        _daemon = System.Diagnostics.Process.Start(start);
        var began = TimeProvider.System.GetTimestamp();
        while (!await EngineConnection.AnswersAsync(Endpoint, TimeProvider.System, TestContext.Current.CancellationToken))
        {
            if (_daemon is not { HasExited: false } || TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                Stop(kill: true);
                return $"dockerd does not start here: {(await File.ReadAllLinesAsync(log)).LastOrDefault()}";
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        Client ??= EngineConnection.Connect(Endpoint);
        return null;
    }

    private void Stop(bool kill)
    {
        if (_daemon is { HasExited: false })
        {
            _ = Agent.Runtimes.Process.Native.Kill(_daemon.Id, kill ? Agent.Runtimes.Process.Native.SigKill : Agent.Runtimes.Process.Native.SigTerm);
            _daemon.WaitForExit(Patience);
        }
        _daemon?.Dispose();
        _daemon = null;
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
            using var users = new MemoryStream("root:x:0:0::/:/bin/sh\n"u8.ToArray());
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "etc/passwd") { DataStream = users });
        }
        archive.Position = 0;
        await Client.Images.CreateImageAsync(
            new ImagesCreateParameters { FromSrc = "-", Repo = "host", Tag = "latest", Changes = ["ENV PATH=/bin"] }, archive, new AuthConfig(), new Progress<JSONMessage>());
    }
}
