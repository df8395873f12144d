using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Agent.Nodes;

/// <summary>What this machine is and has.</summary>
internal static class Machine
{
    public static string OperatingSystemName { get; } = OperatingSystem.IsWindows() ? "windows" : "linux";

    public static string Architecture { get; } = RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>cpu, memory, ephemeral-storage, the disk of volumes, pods; what the options give wins.</summary>
    public static Dictionary<string, Quantity> Capacity(string dataFolder, IReadOnlyDictionary<string, Quantity> given)
    {
        var capacity = new Dictionary<string, Quantity>(StringComparer.Ordinal)
        {
            ["cpu"] = Quantity.FromInt64(Environment.ProcessorCount),
            ["memory"] = Quantity.FromBytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
            ["ephemeral-storage"] = Quantity.FromBytes(new DriveInfo(Path.GetFullPath(dataFolder)).TotalSize),
            [VolumeNames.NodeResource] = Quantity.FromBytes(new DriveInfo(Path.GetFullPath(dataFolder)).TotalSize),
            ["pods"] = Quantity.FromInt64(110),
        };
        foreach (var (name, quantity) in given)
        {
            capacity[name] = quantity;
        }
        return capacity;
    }

    public static k8s.Models.V1NodeSystemInfo Describe(string runtimeVersion) => new()
    {
        Architecture = Architecture,
        OperatingSystem = OperatingSystemName,
        OsImage = OsRelease() ?? RuntimeInformation.OSDescription,
        KernelVersion = TryRead("/proc/sys/kernel/osrelease") ?? Environment.OSVersion.Version.ToString(),
        MachineID = TryRead("/etc/machine-id") ?? "",
        SystemUUID = TryRead("/sys/class/dmi/id/product_uuid") ?? "",
        BootID = TryRead("/proc/sys/kernel/random/boot_id") ?? "",
        ContainerRuntimeVersion = runtimeVersion,
        KubeletVersion = $"v{typeof(Machine).Assembly.GetName().Version?.ToString(3)}",
        KubeProxyVersion = "",
    };

    /// <summary>The address by which this machine reaches the controller, which is the one others on that network know it by.</summary>
    public static string AddressTowards(Uri server)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            // Connecting a datagram socket sends nothing; it asks the routing table.
            socket.Connect(server.DnsSafeHost, server.Port);
            return socket.LocalEndPoint is IPEndPoint local ? local.Address.ToString() : "127.0.0.1";
        }
        catch (SocketException)
        {
            return "127.0.0.1";
        }
    }

    /// <summary>Memory that new work could have, by the kernel's estimate; null where none is given.</summary>
    public static long? AvailableMemoryBytes() => Find("/proc/meminfo", "MemAvailable:") is { } line
        && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes)
            ? kibibytes * 1024
            : null;

    private static string? OsRelease() => Find("/etc/os-release", "PRETTY_NAME=")?["PRETTY_NAME=".Length..].Trim('"');

    private static string? Find(string file, string prefix) => TryRead(file)?.Split('\n').FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal));

    private static string? TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
