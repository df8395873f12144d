namespace Orchestrator.Model.Volumes;

/// <summary>Who may use a volume, and how.</summary>
public static class AccessModes
{
    public const string ReadWriteOnce = "ReadWriteOnce";
    public const string ReadOnlyMany = "ReadOnlyMany";
    public const string ReadWriteMany = "ReadWriteMany";
    public const string ReadWriteOncePod = "ReadWriteOncePod";

    public static IReadOnlyList<string> All { get; } = [ReadOnlyMany, ReadWriteMany, ReadWriteOnce, ReadWriteOncePod];

    /// <summary>As kubectl shows them: <c>RWO,ROX</c>.</summary>
    public static string Show(IEnumerable<string>? modes) => string.Join(',', (modes ?? []).Distinct().Select(mode => mode switch
    {
        ReadWriteOnce => "RWO",
        ReadOnlyMany => "ROX",
        ReadWriteMany => "RWX",
        ReadWriteOncePod => "RWOP",
        _ => mode,
    }));

    /// <summary>One node at a time is all that it allows.</summary>
    public static bool IsOfOneNode(IEnumerable<string>? modes) => (modes ?? []).Any() && modes!.All(mode => mode is ReadWriteOnce or ReadWriteOncePod); // Just counted.
}
