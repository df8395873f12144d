using System.Text.Json;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>An image that this agent pulled.</summary>
/// <param name="Names">By which it was pulled.</param>
/// <param name="UsedAt">When a container was last made of it, or seen; when it was pulled, if there was none.</param>
internal sealed record PulledImage(IReadOnlyList<string> Names, DateTimeOffset UsedAt);

/// <summary>The images that this agent pulled, on disk: only these are its own to remove.</summary>
internal sealed class ImageLedger
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly Dictionary<string, PulledImage> _images;

    public ImageLedger(string folder)
    {
        _path = Path.Combine(folder, "images.json");
        _images = Load(_path);
    }

    public IReadOnlyDictionary<string, PulledImage> Images
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, PulledImage>(_images);
            }
        }
    }

    public void Pulled(string id, string name, DateTimeOffset now) => Change(() =>
    {
        var names = _images.TryGetValue(id, out var known) ? known.Names : [];
        // A name that moved on names the other image no more.
        foreach (var (other, image) in _images.Where(pair => pair.Key != id && pair.Value.Names.Contains(name)).ToList())
        {
            _images[other] = image with { Names = [.. image.Names.Where(own => own != name)] };
        }
        _images[id] = new([.. names.Append(name).Distinct()], now);
        return true;
    });

    /// <summary>Notes a use; of what others brought here nothing is noted. A minute is fine enough.</summary>
    public void Used(IEnumerable<string> ids, DateTimeOffset now) => Change(() =>
    {
        var changed = false;
        foreach (var id in ids.Distinct())
        {
            if (_images.TryGetValue(id, out var known) && now - known.UsedAt > TimeSpan.FromMinutes(1))
            {
                _images[id] = known with { UsedAt = now };
                changed = true;
            }
        }
        return changed;
    });

    public void Remove(string id) => Change(() => _images.Remove(id));

    private void Change(Func<bool> change)
    {
        lock (_lock)
        {
            if (change())
            {
                OwnerOnly.WriteAtomically(_path, JsonSerializer.SerializeToUtf8Bytes(_images));
            }
        }
    }

    private static Dictionary<string, PulledImage> Load(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, PulledImage>>(File.ReadAllBytes(path)) ?? [] : [];
        }
        catch (JsonException)
        {
            // Without it nothing is removed, which harms nobody.
            return [];
        }
    }
}
