using System.Text.Json;

namespace Orchestrator.Agent.Tunnel;

/// <summary>In characters.</summary>
internal readonly record struct TerminalSize(ushort Width, ushort Height)
{
    /// <returns>Null when it is none: a terminal keeps the size it has.</returns>
    public static TerminalSize? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var root = JsonElement.ParseValue(ref reader);
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty(nameof(Width), out var width) && root.TryGetProperty(nameof(Height), out var height)
                && width.TryGetUInt16(out var columns) && height.TryGetUInt16(out var rows) ? new(columns, rows) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
