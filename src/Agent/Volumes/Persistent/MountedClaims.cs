using System.Text.Json;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>
/// Which pods of this node have which claims. On disk, in each pod's own folder: it is there before the first container can use the volume, and
/// gone only after the last one is.
/// </summary>
internal sealed class MountedClaims(VolumeFolders folders)
{
    private const string Folder = ".claims";

    public MountedClaim? Find(string podUid, string volume)
    {
        var file = FileOf(podUid, volume);
        return File.Exists(file) ? JsonSerializer.Deserialize<MountedClaim>(File.ReadAllBytes(file)) : null;
    }

    public void Write(string podUid, string volume, MountedClaim claim)
    {
        OwnerOnly.CreateDirectory(folders.Of(podUid));
        OwnerOnly.CreateDirectory(Path.Combine(folders.Of(podUid), Folder));
        OwnerOnly.WriteAtomically(FileOf(podUid, volume), JsonSerializer.SerializeToUtf8Bytes(claim));
    }

    public IEnumerable<MountedClaim> All() => In(folders.All());

    /// <summary>Whether another pod of this node has the claim's volume.</summary>
    public bool IsOfAnother(string podUid, string volume) => In(folders.All().Where(folder => folder != folders.Of(podUid))).Any(claim => claim.Volume == volume);

    private static IEnumerable<MountedClaim> In(IEnumerable<string> podFolders) => podFolders.Select(folder => Path.Combine(folder, Folder)).Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.json")).Select(Read).OfType<MountedClaim>();

    // Names of a pod's volumes are labels, checked before.
    private string FileOf(string podUid, string volume) => Path.Combine(folders.Of(podUid), Folder, Path.GetFileName(volume) + ".json");

    private static MountedClaim? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<MountedClaim>(File.ReadAllBytes(file));
        }
        catch (IOException)
        {
            // Its pod left while it was looked at.
            return null;
        }
    }
}
