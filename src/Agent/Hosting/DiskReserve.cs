using Orchestrator.Agent.Volumes;

namespace Orchestrator.Agent.Hosting;

/// <summary>
/// A file that takes room on the data folder's disk while there is plenty. On a full disk it goes, and the agent can write what it has to: without that it could
/// neither evict a pod nor start.
/// </summary>
internal sealed class DiskReserve(string folder)
{
    /// <summary>Records of hundreds of pods.</summary>
    private const long Bytes = 4L << 20;
    /// <summary>With less than this left, it goes.</summary>
    private const long ShortBytes = 1L << 20;
    /// <summary>With more than this left, it is made.</summary>
    private const long PlentyBytes = 8 * Bytes;

    private string File => Path.Combine(folder, "reserve");

    /// <summary>Makes it, gives it back, or leaves it.</summary>
    public void Look()
    {
        try
        {
            var left = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
            if (left < ShortBytes)
            {
                System.IO.File.Delete(File);
            }
            else if (left > PlentyBytes && !System.IO.File.Exists(File))
            {
                Make();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is a precaution, and no reason not to go on.
        }
    }

    private void Make()
    {
        if (!OperatingSystem.IsWindows())
        {
            FileNative.Allocate(File, Bytes);
            return;
        }
        using var file = new FileStream(File, FileMode.Create, FileAccess.Write);
        file.SetLength(Bytes);
    }
}
