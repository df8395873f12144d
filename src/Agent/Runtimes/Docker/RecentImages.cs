using System.Collections.Concurrent;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>
/// Images that were just looked up. A start asks for the same image several times within a moment, and the first time can be while the sandbox is made.
/// </summary>
internal sealed class RecentImages(DockerImages images, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private const int Limit = 200;

    private readonly ConcurrentDictionary<string, (long At, Task<DockerImage?> Found)> _found = [];

    /// <returns>Null when it is not on this machine.</returns>
    /// <exception cref="InvalidImageNameException" />
    public async Task<DockerImage?> FindAsync(string image, CancellationToken cancellationToken)
    {
        var looking = _found.TryGetValue(image, out var recent) && time.GetElapsedTime(recent.At) < Fresh ? recent.Found : Begin(image);
        try
        {
            return await looking.WaitAsync(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            Forget(image);
            throw;
        }
    }

    /// <summary>Looks it up for somebody who will ask soon; whether it succeeds, they will see.</summary>
    public void Prepare(string image) => _ = FindAsync(image, CancellationToken.None).ContinueWith(task => task.Exception, TaskScheduler.Default);

    /// <summary>It may be another one now, or gone.</summary>
    public void Forget(string image) => _found.TryRemove(image, out _);

    public void Clear() => _found.Clear();

    // Shared by all who ask, so that none of them can cancel it for the others.
    private Task<DockerImage?> Begin(string image)
    {
        if (_found.Count >= Limit)
        {
            _found.Clear();
        }
        var looking = images.FindAsync(image, CancellationToken.None);
        _found[image] = (time.GetTimestamp(), looking);
        return looking;
    }
}
