using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.Controller.Serving;

/// <summary>What anybody may ask: health and version.</summary>
internal static class PublicPaths
{
    /// <summary>The Kubernetes release whose API we speak.</summary>
    private const string ApiRelease = "v1.32.0";

    public static async Task<bool> HandleAsync(HttpContext http, string path, Readiness readiness)
    {
        switch (path)
        {
            case "/healthz" or "/livez":
                await TextAsync(http, StatusCodes.Status200OK, "ok").ConfigureAwait(false);
                return true;
            case "/readyz":
                await TextAsync(http, readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
                    readiness.IsReady ? "ok" : "not ready").ConfigureAwait(false);
                return true;
            case "/version" or "/version/":
                await JsonResponse.WriteAsync(http, StatusCodes.Status200OK, Version()).ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }

    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "32",
        ["gitVersion"] = $"{ApiRelease}+orchestrator.{typeof(PublicPaths).Assembly.GetName().Version!.ToString(3)}", // Set by the build.
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = RuntimeInformation.FrameworkDescription,
        ["compiler"] = "dotnet",
        ["platform"] = RuntimeInformation.RuntimeIdentifier,
    };

    private static async Task TextAsync(HttpContext http, int code, string text)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);
    }
}
