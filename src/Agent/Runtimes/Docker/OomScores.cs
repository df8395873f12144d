using System.Globalization;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Who goes first when the machine runs out of memory.</summary>
internal static class OomScores
{
    private const int SysResource = 24;
    private static readonly bool s_mayLower = MayLower();

    /// <summary>The kubelet's own for sandboxes: nearly the last to go.</summary>
    public static int Sandbox { get; } = Allowed(-998);

    /// <summary>What may be asked for: without CAP_SYS_RESOURCE on this machine, as inside another container, no score can be below zero.</summary>
    public static int Allowed(int score) => score >= 0 || s_mayLower ? score : 0;

    private static bool MayLower()
    {
        const string Field = "CapBnd:";
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
        return line is null || (ulong.Parse(line.AsSpan(Field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> SysResource & 1) != 0;
    }
}
