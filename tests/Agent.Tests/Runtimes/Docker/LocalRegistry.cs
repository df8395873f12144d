using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Orchestrator.Testing;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

/// <summary>A registry of the tests' own, with a password if one is given.</summary>
internal sealed class LocalRegistry : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    // Of the word "secret": the registry knows bcrypt only.
    private const string PasswordFile = "user:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

    private static int s_port = 5000;

    private readonly string _folder = Directory.CreateTempSubdirectory("registry-").FullName;
    private readonly System.Diagnostics.Process _process;

    private LocalRegistry(DockerEngine engine, bool password)
    {
        var port = Interlocked.Increment(ref s_port);
        Address = string.Create(CultureInfo.InvariantCulture, $"localhost:{port}");
        var configuration = Path.Combine(_folder, "config.yml");
        File.WriteAllText(Path.Combine(_folder, "htpasswd"), PasswordFile);
        File.WriteAllText(configuration, $"""
            version: 0.1
            log: {"{"} level: error {"}"}
            storage: {"{"} filesystem: {"{"} rootdirectory: {_folder}/data {"}"} {"}"}
            http: {"{"} addr: '127.0.0.1:{port}' {"}"}
            {(password ? $"auth: {{ htpasswd: {{ realm: test, path: {_folder}/htpasswd }} }}" : "")}
            """);
        _process = System.Diagnostics.Process.Start(new ProcessStartInfo("nsenter", [NetworkOf(engine), "docker-registry", "serve", configuration]) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("docker-registry did not start");
        // Read, so that it never waits for a reader.
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Address { get; }

    public static async Task<LocalRegistry> StartAsync(DockerEngine engine, bool password = false)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/docker-registry"), "docker-registry is not installed");
        var registry = new LocalRegistry(engine, password);
        var began = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync(engine, registry))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                registry.Dispose();
                throw new TimeoutException("docker-registry does not answer");
            }
        }
        return registry;
    }

    /// <summary>Puts the engine's test image here under this name, and takes the name from the engine again.</summary>
    /// <param name="content">What makes it an image of its own; null for the test image as it is.</param>
    public async Task PublishAsync(DockerEngine engine, string name, AuthConfig? credential = null, string? content = null, string source = "host")
    {
        var cancellation = TestContext.Current.CancellationToken;
        if (content is not null)
        {
            var made = await engine.Client.Containers.CreateContainerAsync(new() { Image = "host", Cmd = ["true"], Labels = new Dictionary<string, string> { ["content"] = content } }, cancellation);
            source = (await engine.Client.Images.CommitContainerChangesAsync(new() { ContainerID = made.ID, Config = new() { Labels = new Dictionary<string, string> { ["content"] = content } } }, cancellation)).ID;
            await engine.Client.Containers.RemoveContainerAsync(made.ID, new(), cancellation);
        }
        await engine.Client.Images.TagImageAsync(source, new() { RepositoryName = $"{Address}/{name}", Tag = "v1" }, cancellation);
        string? error = null;
        await engine.Client.Images.PushImageAsync($"{Address}/{name}", new() { Tag = "v1" }, credential ?? new(),
            new Progress<JSONMessage>(message => error = message.ErrorMessage ?? error), cancellation);
        Assert.Null(error);
        await engine.Client.Images.DeleteImageAsync($"{Address}/{name}:v1", new(), cancellation);
    }

    /// <summary>Puts another manifest in the place of a published image's, as it would never be pushed.</summary>
    public void Forge(string name, Func<string, string> change)
    {
        var root = Path.Combine(_folder, "data", "docker", "registry", "v2");
        var manifests = Path.Combine(root, "repositories", name, "_manifests");
        var link = Path.Combine(manifests, "tags", "v1", "current", "link");
        var content = System.Text.Encoding.UTF8.GetBytes(change(File.ReadAllText(Blob(root, File.ReadAllText(link)))));
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        foreach (var file in new[] { link, Path.Combine(manifests, "tags", "v1", "index", "sha256", digest, "link"), Path.Combine(manifests, "revisions", "sha256", digest, "link") })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file) ?? "");
            File.WriteAllText(file, $"sha256:{digest}");
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Blob(root, $"sha256:{digest}")) ?? "");
        File.WriteAllBytes(Blob(root, $"sha256:{digest}"), content);
    }

    /// <summary>Breaks the content of a published image's only layer, whose digest stays as it was told.</summary>
    public void BreakLayer(string name)
    {
        var root = Path.Combine(_folder, "data", "docker", "registry", "v2");
        var manifest = JsonNode.Parse(File.ReadAllText(Blob(root, File.ReadAllText(Path.Combine(root, "repositories", name, "_manifests", "tags", "v1", "current", "link")))));
        var layer = Blob(root, (string?)manifest?["layers"]?[0]?["digest"] ?? "");
        var bytes = File.ReadAllBytes(layer);
        bytes.AsSpan(bytes.Length / 2, 100).Fill(0x55);
        File.WriteAllBytes(layer, bytes);
    }

    private static string Blob(string root, string digest) => Path.Combine(root, "blobs", "sha256", digest[7..9], digest[7..], "data");

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string NetworkOf(DockerEngine engine) => string.Create(CultureInfo.InvariantCulture, $"--net=/proc/{engine.NetworkProcessId}/ns/net");

    private static async Task<bool> AnswersAsync(DockerEngine engine, LocalRegistry registry)
    {
        var port = registry.Address.Split(':')[1];
        using var asking = System.Diagnostics.Process.Start(
            "nsenter", [NetworkOf(engine), "/bin/sh", "-c", $"exec /bin/busybox nc -w 1 127.0.0.1 {port} -e /bin/true 2>/dev/null"]);
        await asking.WaitForExitAsync(TestContext.Current.CancellationToken);
        return asking.ExitCode == 0;
    }
}
