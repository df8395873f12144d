using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>The image of sandbox containers: one file, made here.</summary>
internal sealed class SandboxImage(DockerClient client) : IDisposable
{
    private const string Repository = "orchestrator.dev/sandbox";
    private const string Tag = "1";

    public const string Program = "/pause";

    private readonly SemaphoreSlim _one = new(1, 1);
    private bool _known;

    public static string Name => $"{Repository}:{Tag}";

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (!_known && !await ExistsAsync(cancellationToken))
            {
                await ImportAsync(cancellationToken);
            }
            _known = true;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Someone removed it: look again before the next sandbox.</summary>
    public void Forget() => _known = false;

    public void Dispose() => _one.Dispose();

    private async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.Images.InspectImageAsync(Name, cancellationToken);
            return true;
        }
        catch (DockerImageNotFoundException)
        {
            return false;
        }
    }

    private async Task ImportAsync(CancellationToken cancellationToken)
    {
        var version = await client.System.GetVersionAsync(cancellationToken);
        using var content = new MemoryStream(PauseProgram.Build(version.Arch));
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, leaveOpen: true))
        {
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, Program[1..]) { DataStream = content, Mode = (UnixFileMode)0b101_101_101 }, cancellationToken);
        }
        archive.Position = 0;
        var outcome = new PullProgress();
        await client.Images.CreateImageAsync(
            new ImagesCreateParameters { FromSrc = "-", Repo = Repository, Tag = Tag, Changes = [$"ENTRYPOINT [\"{Program}\"]"] },
            archive, new AuthConfig(), outcome, cancellationToken);
        if (outcome.Error is { } error)
        {
            throw new CreateContainerException($"the sandbox image cannot be made: {error}");
        }
    }
}
