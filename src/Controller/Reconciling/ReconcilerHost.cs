using Orchestrator.Controller.Kinds;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Reconciling;

/// <summary>Runs a reconciler: feeds its queue from the cache and works the queue off.</summary>
internal sealed class ReconcilerHost<T>(T reconciler, ObjectCache cache, TimeProvider time, ILogger<T> log) : BackgroundService
    where T : Reconciler
{
    private static readonly TimeSpan IdleRead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);
    private readonly WorkQueue _queue = new(time);

    public override void Dispose()
    {
        _queue.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
    [
        .. reconciler.Sources.Select(resource => FollowAsync(resource, stoppingToken)),
        .. reconciler.FollowsCustomResources ? new[] { FollowCustomAsync(stoppingToken) } : [],
        .. Enumerable.Range(0, reconciler.Workers).Select(_ => WorkAsync(stoppingToken)),
    ]);

    private async Task FollowAsync(string resource, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var snapshot = cache.List(new(resource));
            foreach (var item in snapshot.Items)
            {
                Enqueue(new(ChangeType.Added, item, null));
            }
            var feed = cache.Follow(resource, snapshot.Revision);
            try
            {
                while (true)
                {
                    foreach (var change in await feed.NextAsync(time, IdleRead, stopping).ConfigureAwait(false))
                    {
                        Enqueue(change);
                    }
                }
            }
            catch (StoreException problem) when (problem.Problem == StoreProblem.Compacted)
            {
                // Fell behind the log: the state itself says all that is needed.
                log.FellBehind(resource);
            }
            catch (StoreException problem)
            {
                log.LogUnreadable(resource, problem);
                await PauseAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Follows each custom resource from when it is defined. That of a definition which went has no more changes, and may be defined again.</summary>
    private async Task FollowCustomAsync(CancellationToken stopping)
    {
        var followed = new Dictionary<string, Task>(StringComparer.Ordinal);
        var position = 0L;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var snapshot = cache.List(new(ServedKinds.Definitions));
                foreach (var definition in snapshot.Items.Where(item => !followed.ContainsKey(item.Key.Name)))
                {
                    followed[definition.Key.Name] = FollowAsync(definition.Key.Name, stopping);
                }
                position = Math.Max(position, snapshot.Revision);
                await cache.Follow(ServedKinds.Definitions, position).NextAsync(time, IdleRead, stopping).ConfigureAwait(false);
            }
            catch (StoreException problem)
            {
                log.LogUnreadable(ServedKinds.Definitions, problem);
                await PauseAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
        }
        await Task.WhenAll(followed.Values).ConfigureAwait(false);
    }

    private async Task PauseAsync(CancellationToken stopping)
    {
        try
        {
            await Task.Delay(AfterFailure, time, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The end; the loop sees it.
        }
    }

    private void Enqueue(CachedEvent change)
    {
        foreach (var key in reconciler.KeysOf(change))
        {
            _queue.Add(key);
        }
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            ObjectKey key;
            try
            {
                key = await _queue.TakeAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            var failed = false;
            try
            {
                if (await reconciler.ReconcileAsync(key, stopping).ConfigureAwait(false) is { } after)
                {
                    _queue.AddAfter(key, after);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (ApiException problem) when (problem.Reason is StatusReason.Conflict or StatusReason.NotFound or StatusReason.AlreadyExists)
            {
                // Somebody else was quicker; the newer state is read next time.
                log.Outrun(key, problem.Message);
                failed = true;
            }
            catch (ApiException problem)
            {
                log.Refused(key, problem.Message);
                failed = true;
            }
#pragma warning disable CA1031 // A fault in one object's work must not end the work on all others.
            catch (Exception problem)
#pragma warning restore CA1031
            {
                log.ReconcileFailed(key, problem);
                failed = true;
            }
            finally
            {
                _queue.Done(key, failed);
            }
        }
    }
}
