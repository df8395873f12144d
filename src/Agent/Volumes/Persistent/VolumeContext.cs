using System.Collections.Immutable;
using System.Text.Json;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>A volume's context as its annotation keeps it.</summary>
internal static class VolumeContext
{
    public static ImmutableSortedDictionary<string, string> None { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What is no JSON of texts is none.</summary>
    public static ImmutableSortedDictionary<string, string> Read(string? annotation)
    {
        try
        {
            return annotation is null ? None : JsonSerializer.Deserialize<Dictionary<string, string>>(annotation)?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? None;
        }
        catch (JsonException)
        {
            return None;
        }
    }

    public static string Write(ImmutableSortedDictionary<string, string> context) => JsonSerializer.Serialize(context);
}
