using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.Cmdlets;

internal static class JsonStyle
{
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
