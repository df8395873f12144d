using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Docker.DotNet.Models;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

/// <summary>A registry of the tests' own, with a password if one is given.</summary>
internal sealed class LocalRegistry : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    // Of the word "secret": the registry knows bcrypt only.
    private const string PasswordFile = "user:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("registry-").FullName;
    private readonly System.Diagnostics.Process _process;

    private LocalRegistry(int port, bool password)
    {
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
        _process = System.Diagnostics.Process.Start(new ProcessStartInfo("docker-registry", ["serve", configuration]) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("docker-registry did not start");
        // Read, so that it never waits for a reader.
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Address { get; }

    public static async Task<LocalRegistry> StartAsync(bool password = false)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/docker-registry"), "docker-registry is not installed");
        var registry = new LocalRegistry(FreePort(), password);
        using var client = new HttpClient();
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://{registry.Address}/v2/"), TestContext.Current.CancellationToken);
                return registry;
            }
            catch (HttpRequestException) when (TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Puts the engine's test image here under this name, and takes the name from the engine again.</summary>
    public async Task PublishAsync(DockerEngine engine, string name, AuthConfig? credential = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await engine.Client.Images.TagImageAsync("host", new() { RepositoryName = $"{Address}/{name}", Tag = "v1" }, cancellation);
        string? error = null;
        await engine.Client.Images.PushImageAsync($"{Address}/{name}", new() { Tag = "v1" }, credential ?? new(),
            new Progress<JSONMessage>(message => error = message.ErrorMessage ?? error), cancellation);
        Assert.Null(error);
        await engine.Client.Images.DeleteImageAsync($"{Address}/{name}:v1", new(), cancellation);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
