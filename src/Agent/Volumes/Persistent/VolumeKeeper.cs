using System.Threading.Channels;
using k8s.Models;
using Orchestrator.Agent.Daemons;
using Orchestrator.Agent.Pods;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>Makes, grows and removes the volumes that the API has for this node. What it does is planned anew at each look, from what is there.</summary>
internal sealed class VolumeKeeper(IVolumeApi api, VolumeStore store, IReadOnlyDictionary<string, IVolumeDriver> drivers, MountedClaims mounted, TimeProvider time, ILogger logger)
    : IObjectSink<V1PersistentVolume>
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private readonly Dictionary<string, V1PersistentVolume> _volumes = new(StringComparer.Ordinal);
    private bool _isListed;

    public void Replace(IEnumerable<V1PersistentVolume> items)
    {
        lock (_lock)
        {
            _volumes.Clear();
            foreach (var item in items)
            {
                _volumes[item.Metadata.Name] = item;
            }
            _isListed = true;
        }
        Wake();
    }

    public void Apply(PodChange change, V1PersistentVolume item)
    {
        lock (_lock)
        {
            if (change == PodChange.Removed)
            {
                _volumes.Remove(item.Metadata.Name);
            }
            else
            {
                _volumes[item.Metadata.Name] = item;
            }
        }
        Wake();
    }

    /// <summary>Something may be to be done: a pod has left.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Never ends by itself.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await LookAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.VolumesNotLookedAt(logger, e.Message);
            }
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var timer = time.CreateTimer(_ => Wake(), null, Every, Timeout.InfiniteTimeSpan);
            await _wake.Reader.ReadAsync(cancellationToken);
        }
    }

    /// <summary>One look at all volumes.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        V1PersistentVolume[] volumes;
        bool isListed;
        lock (_lock)
        {
            (volumes, isListed) = ([.. _volumes.Values], _isListed);
        }
        store.Sweep();
        await Parallel.ForEachAsync(volumes, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (volume, cancellation) => await KeepAsync(volume, cancellation));
        if (isListed)
        {
            await ReleaseAsync([.. volumes.Select(volume => volume.Spec.Csi.VolumeHandle)], cancellationToken);
        }
    }

    private async Task KeepAsync(V1PersistentVolume volume, CancellationToken cancellationToken)
    {
        try
        {
            var handle = volume.Spec.Csi.VolumeHandle;
            using var held = await store.LockAsync(handle, cancellationToken);
            var record = store.Read(handle);
            var order = VolumeOrder.Of(volume);
            var isUsed = mounted.All().Any(claim => claim.Order?.Handle == handle);
            var step = KeepPlan.Of(volume, record, isUsed, record?.IsMounted == true || MountTable.Below(store.FolderOf(handle)).Count > 0);
            if (step != KeepStep.None)
            {
                await TakeAsync(step, volume, order, record, isUsed, cancellationToken);
                Log.VolumeKept(logger, volume.Metadata.Name, step);
            }
            else if (volume.Metadata.DeletionTimestamp is null && VolumeFacts.Annotation(volume.Metadata, VolumeNames.Problem) is not null)
            {
                // What could not be done is not wanted any more.
                await api.AnnotateAsync(volume, new Dictionary<string, string?> { [VolumeNames.Problem] = null }, cancellationToken);
            }
            await TellRoomAsync(volume, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            await TellAsync(volume, e, cancellationToken);
        }
    }

    private async Task TakeAsync(KeepStep step, V1PersistentVolume volume, VolumeOrder order, VolumeRecord? record, bool isUsed, CancellationToken cancellationToken)
    {
        var driver = drivers[order.Driver];
        switch (step)
        {
            case KeepStep.Make:
                // A record that is there may be of a volume that was kept, and is had again by a new object: its data stays.
                store.Write((record ?? new(order, IsConfirmed: false)) with { IsMounted = record is { IsMounted: true } or { IsConfirmed: true } });
                if (record?.IsConfirmed == true)
                {
                    // It held data once: to find none is trouble, not a reason to begin with an empty one.
                    await driver.MountAsync(order, cancellationToken);
                }
                var context = await driver.MakeAsync(order, cancellationToken);
                await api.AnnotateAsync(volume, new Dictionary<string, string?>
                {
                    [VolumeNames.Context] = context.Count > 0 ? VolumeContext.Write(context) : null,
                    [VolumeNames.MadeSize] = VolumeFacts.Size(volume.Spec.Capacity).ToString(),
                    [VolumeNames.Problem] = null,
                }, cancellationToken);
                break;
            case KeepStep.Confirm:
                store.Write(new(order, IsConfirmed: true, IsMounted: record?.IsMounted == true));
                break;
            case KeepStep.Grow:
                await driver.GrowAsync(order, isUsed, cancellationToken);
                store.Write(new(order, IsConfirmed: true, IsMounted: record?.IsMounted == true));
                await api.AnnotateAsync(volume, new Dictionary<string, string?>
                {
                    [VolumeNames.MadeSize] = VolumeFacts.Size(volume.Spec.Capacity).ToString(), [VolumeNames.Problem] = null,
                }, cancellationToken);
                break;
            case KeepStep.Unmount:
                await driver.UnmountAsync(order, cancellationToken);
                store.Write((record ?? new(order, IsConfirmed: true)) with { IsMounted = false });
                break;
            case KeepStep.Remove:
                await driver.RemoveAsync(order, cancellationToken);
                await LetGoAsync(volume, cancellationToken);
                break;
            case KeepStep.LetGo:
                await driver.UnmountAsync(order, cancellationToken);
                await LetGoAsync(volume, cancellationToken);
                break;
        }
    }

    private async Task LetGoAsync(V1PersistentVolume volume, CancellationToken cancellationToken)
    {
        await api.LetGoAsync(volume, cancellationToken);
        lock (_lock)
        {
            // Until word of it comes back, it would be removed again.
            if (_volumes.GetValueOrDefault(volume.Metadata.Name)?.Metadata.Uid == volume.Metadata.Uid)
            {
                _volumes.Remove(volume.Metadata.Name);
            }
        }
    }

    /// <summary>Says that a volume with a file system of its own is full, and that it is not any more. What nobody has mounted stays as it was.</summary>
    private async Task TellRoomAsync(V1PersistentVolume volume, CancellationToken cancellationToken)
    {
        var path = mounted.All().FirstOrDefault(claim => claim.Order?.Handle == volume.Spec.Csi.VolumeHandle)?.Path;
        if (string.IsNullOrEmpty(path) || MountTable.SourceOf(path) is null)
        {
            return;
        }
        var before = VolumeFacts.Annotation(volume.Metadata, VolumeNames.Full);
        var now = VolumeRoom.Problem(FileSystemUsage.Of(path), wasFull: before is not null);
        if (now != before)
        {
            await api.AnnotateAsync(volume, new Dictionary<string, string?> { [VolumeNames.Full] = now }, cancellationToken);
        }
    }

    /// <summary>
    /// Takes back what no pod uses of volumes that other nodes keep. A volume that was never said to be there, and whose object is gone, is nobody's: no pod can have used it. All others stay, whatever became
    /// of their objects.
    /// </summary>
    private async Task ReleaseAsync(HashSet<string> known, CancellationToken cancellationToken)
    {
        foreach (var record in store.All().Where(record => record.IsGuest || (!record.IsConfirmed && !known.Contains(record.Order.Handle))).ToList())
        {
            using var held = await store.LockAsync(record.Order.Handle, cancellationToken);
            try
            {
                if (mounted.All().Any(claim => claim.Order?.Handle == record.Order.Handle))
                {
                    continue;
                }
                var driver = drivers[record.Order.Driver];
                if (record.IsGuest)
                {
                    await driver.UnmountAsync(record.Order, cancellationToken);
                    store.Remove(record.Order.Handle);
                }
                else
                {
                    await driver.RemoveAsync(record.Order, cancellationToken);
                }
            }
            catch (IOException e)
            {
                Log.VolumeNotKept(logger, record.Order.Name, e.Message);
            }
        }
    }

    private async Task TellAsync(V1PersistentVolume volume, Exception problem, CancellationToken cancellationToken)
    {
        Log.VolumeNotKept(logger, volume.Metadata.Name, problem.Message);
        var text = $"{(problem as VolumeProblemException)?.Reason ?? "Failed"}: {problem.Message}";
        if (problem is not IOException || VolumeFacts.Annotation(volume.Metadata, VolumeNames.Problem) == text)
        {
            return;
        }
        try
        {
            await api.AnnotateAsync(volume, new Dictionary<string, string?> { [VolumeNames.Problem] = text }, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.VolumeNotKept(logger, volume.Metadata.Name, e.Message);
        }
    }
}
