using System.Security.Cryptography;
using System.Text.Json;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>An image as it is started: its files' folder (null for <c>host</c>) and what <c>image.json</c> says.</summary>
internal sealed record ProcessImage(ImageName Name, string Id, string? Folder, ImageManifest Manifest);

/// <summary>The images of one image root. Nothing is cached: putting a folder there is publishing, removing it is removing.</summary>
internal sealed class ImageStore(string root)
{
    private static readonly ImageManifest NoManifest = new();

    public string Root { get; } = root;

    /// <summary>The image, or null when its folder or its <c>image.json</c> is not there.</summary>
    /// <exception cref="InvalidImageNameException" />
    /// <exception cref="ImagePullException"><c>image.json</c> is there and cannot be used.</exception>
    public ProcessImage? Find(string reference)
    {
        var name = ImageName.Parse(reference);
        if (name.IsHost)
        {
            return new(name, "host", null, NoManifest);
        }
        var folder = name.FolderUnder(Root);
        byte[] json;
        try
        {
            json = File.ReadAllBytes(Path.Combine(folder, "image.json"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImagePullException($"image \"{name}\": image.json cannot be read: {e.Message}", e);
        }
        try
        {
            var manifest = JsonSerializer.Deserialize(json, ProcessRuntimeJson.Default.ImageManifest)
                ?? throw new JsonException("image.json is empty");
            return new(name, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(json))}", folder, manifest);
        }
        catch (JsonException e)
        {
            throw new ImagePullException($"image \"{name}\": image.json is not valid: {e.Message}", e);
        }
    }
}
