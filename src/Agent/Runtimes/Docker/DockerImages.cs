using Docker.DotNet;
using Docker.DotNet.Models;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>What a container takes from its image.</summary>
/// <param name="StopSignal">Null for the default.</param>
internal sealed record DockerImage(string Id, string Digest, string User, string? StopSignal);

/// <summary>The engine's images.</summary>
internal sealed class DockerImages(DockerClient client)
{
    /// <returns>Null when it is not on this machine.</returns>
    /// <exception cref="InvalidImageNameException" />
    public async Task<DockerImage?> FindAsync(string image, CancellationToken cancellationToken)
    {
        // An image may also be named by its own id.
        var reference = image.StartsWith("sha256:", StringComparison.Ordinal) ? null : ImageReference.Parse(image);
        try
        {
            var found = await client.Images.InspectImageAsync(image, cancellationToken);
            // The same content may have come from several registries: the one that was asked for counts.
            var digest = found.RepoDigests?.FirstOrDefault(known => known.StartsWith($"{reference?.FamiliarName}@", StringComparison.Ordinal))
                ?? found.RepoDigests?.FirstOrDefault() ?? found.ID;
            return new(found.ID, digest, found.Config?.User ?? "", found.Config?.StopSignal is { Length: > 0 } signal ? signal : null);
        }
        catch (DockerImageNotFoundException)
        {
            return null;
        }
    }

    /// <exception cref="InvalidImageNameException" />
    /// <exception cref="ImagePullException" />
    public async Task<DockerImage> PullAsync(string image, IReadOnlyList<RegistryCredential> credentials, CancellationToken cancellationToken)
    {
        var reference = ImageReference.Parse(image);
        var tries = credentials.Where(credential => credential.Registry == reference.Registry)
            .Select(credential => new AuthConfig { Username = credential.User, Password = credential.Password, ServerAddress = credential.Registry })
            .DefaultIfEmpty(new AuthConfig());
        string? error = null;
        foreach (var credential in tries)
        {
            error = await TryPullAsync(reference, credential, cancellationToken);
            if (error is null)
            {
                return await FindAsync(image, cancellationToken) ?? throw new ImagePullException($"image \"{image}\" was pulled and is not there");
            }
        }
        throw new ImagePullException(error ?? "");
    }

    private async Task<string?> TryPullAsync(ImageReference reference, AuthConfig credential, CancellationToken cancellationToken)
    {
        var progress = new PullProgress();
        try
        {
            await client.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = reference.Name, Tag = reference.TagOrDigest }, credential, progress, cancellationToken);
            return progress.Error;
        }
        catch (DockerApiException e)
        {
            return EngineError.Text(e);
        }
        catch (Exception e) when (EngineConnection.IsUnavailable(e) && !cancellationToken.IsCancellationRequested)
        {
            return $"the engine does not answer: {e.Message}";
        }
    }
}
