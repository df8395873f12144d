namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>An image on the engine.</summary>
internal readonly record struct PresentImage(string Id, long Bytes);

/// <summary>Which images go. No clock, no I/O.</summary>
internal static class ImageCollection
{
    /// <param name="pulled">What this agent pulled; nothing else is ever removed.</param>
    /// <param name="inUse">Images of any container on the engine, running or not, and the sandbox's.</param>
    /// <returns>The longest unused first, as many as it takes to make up the bytes.</returns>
    public static IReadOnlyList<PresentImage> Plan(
        IEnumerable<PresentImage> present, IReadOnlyDictionary<string, PulledImage> pulled, IReadOnlySet<string> inUse, long bytes, TimeSpan minimumAge, DateTimeOffset now)
    {
        List<PresentImage> going = [];
        foreach (var image in present.Where(image => !inUse.Contains(image.Id) && pulled.TryGetValue(image.Id, out var known) && now - known.UsedAt >= minimumAge)
            .OrderBy(image => pulled[image.Id].UsedAt).ThenBy(image => image.Id, StringComparer.Ordinal))
        {
            if (bytes <= 0)
            {
                break;
            }
            going.Add(image);
            bytes -= image.Bytes;
        }
        return going;
    }
}
