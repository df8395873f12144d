namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>fsGroup: all files of a volume belong to a group, which may write them, and what is made later does too.</summary>
internal static class VolumeOwnership
{
    /// <param name="ifRootDiffers">Only when the volume's root is not the group's yet.</param>
    public static void Apply(string root, long group, bool ifRootDiffers)
    {
        if (OperatingSystem.IsWindows() || (ifRootDiffers && FileNative.IsOwned(root, group)))
        {
            return;
        }
        FileNative.OwnTree(root, group);
    }
}
