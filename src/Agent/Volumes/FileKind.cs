using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Orchestrator.Agent.Volumes;

/// <summary>What kind of file a path is, by the type bits of its mode, which .NET does not tell.</summary>
internal static partial class FileKind
{
    /// <summary>S_IFLNK.</summary>
    public const int Link = 0xA000;

    private const int CurrentFolder = -100;
    private const uint WantType = 1;
    private const int ModeOffset = 28;

    /// <returns>S_IFREG and the like; 0 when there is nothing.</returns>
    public static int Of(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return OnLinux(path);
        }
        return File.Exists(path) ? 0x8000 : Directory.Exists(path) ? 0x4000 : 0;
    }

    // statx has one layout on every architecture; stat has not.
    [SupportedOSPlatform("linux")]
    private static int OnLinux(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        return Statx(CurrentFolder, path, 0, WantType, ref MemoryMarshal.GetReference(buffer)) == 0
            ? BitConverter.ToUInt16(buffer[ModeOffset..]) & 0xF000
            : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte buffer);
}
