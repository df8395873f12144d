using System.Collections.Immutable;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>
/// Volumes on this node's own disk: a folder, or, where the size is to be a hard one, a file with a file system in it that is mounted beside it.
/// </summary>
internal sealed class LocalDriver(VolumeStore store, ToolPrograms tools) : IVolumeDriver
{
    /// <summary>Whoever the containers run as.</summary>
    private const UnixFileMode Everyone = (UnixFileMode)0b111_111_111;

    public async Task<ImmutableSortedDictionary<string, string>> MakeAsync(VolumeOrder order, CancellationToken cancellationToken)
    {
        if (order.HasHardSize)
        {
            await ImageOf(order).MakeAsync(order.SizeBytes, cancellationToken);
        }
        else
        {
            MakeFolder(Data(order));
        }
        return VolumeContext.None;
    }

    public async Task GrowAsync(VolumeOrder order, bool isUsed, CancellationToken cancellationToken)
    {
        // A folder has the disk's size, whatever is asked for.
        if (order.HasHardSize)
        {
            await ImageOf(order).GrowAsync(order.SizeBytes, isUsed, cancellationToken);
        }
    }

    public async Task<string> MountAsync(VolumeOrder order, CancellationToken cancellationToken)
    {
        if (!order.HasHardSize)
        {
            return Directory.Exists(Data(order)) ? Data(order) : throw Lost(order, Data(order));
        }
        if (!File.Exists(Image(order)))
        {
            throw Lost(order, Image(order));
        }
        await ImageOf(order).MountAsync(cancellationToken);
        return MountPoint(order);
    }

    public Task UnmountAsync(VolumeOrder order, CancellationToken cancellationToken)
    {
        if (order.HasHardSize)
        {
            ImageFile.Unmount(MountPoint(order));
        }
        return Task.CompletedTask;
    }

    public async Task RemoveAsync(VolumeOrder order, CancellationToken cancellationToken)
    {
        await UnmountAsync(order, cancellationToken);
        store.Remove(order.Handle);
    }

    private ImageFile ImageOf(VolumeOrder order) => new(tools, Image(order), MountPoint(order), order.FileSystem);

    private string Data(VolumeOrder order) => Path.Combine(store.FolderOf(order.Handle), "data");

    private string Image(VolumeOrder order) => Path.Combine(store.FolderOf(order.Handle), "disk.img");

    private string MountPoint(VolumeOrder order) => Path.Combine(store.FolderOf(order.Handle), "mount");

    private static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, Everyone);
            }
        }
        catch (IOException e)
        {
            throw VolumeProblemException.NoRoom(e.Message, e);
        }
    }

    private static VolumeProblemException Lost(VolumeOrder order, string path) =>
        new("DataMissing", $"volume \"{order.Name}\" was made on this node, but {path} is not there any more");
}
