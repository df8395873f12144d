using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.Controller.Serving;

/// <summary>What anybody may ask: health and version. Source: Kubernetes documentation, "API health endpoints".</summary>
internal sealed class PublicPaths(Readiness readiness)
{
    /// <summary>The Kubernetes release whose API we speak.</summary>
    private const string ApiRelease = "v1.32.0";

    public async Task<bool> HandleAsync(HttpContext http, string path)
    {
        switch (path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case [("healthz" or "livez" or "readyz") and var endpoint]:
                await AllAsync(http, endpoint).ConfigureAwait(false);
                return true;
            case [("healthz" or "livez" or "readyz") and var endpoint, var check] when Checks(endpoint).TryGetValue(check, out var passes):
                await TextAsync(http, passes ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError, passes ? "ok" : $"{check} check failed").ConfigureAwait(false);
                return true;
            case ["version"]:
                await JsonResponse.WriteAsync(http, StatusCodes.Status200OK, Version()).ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }

    private async Task AllAsync(HttpContext http, string endpoint)
    {
        var excluded = http.Request.Query["exclude"];
        var checks = Checks(endpoint).Where(check => !excluded.Contains(check.Key)).ToArray();
        var passes = checks.All(check => check.Value);
        var text = new StringBuilder();
        if (!passes || http.Request.Query.ContainsKey("verbose"))
        {
            foreach (var (name, good) in checks)
            {
                text.Append(good ? "[+]" : "[-]").Append(name).Append(good ? " ok\n" : " failed: not ready\n");
            }
            text.Append(endpoint).Append(passes ? " check passed\n" : " check failed\n");
        }
        await TextAsync(http, passes ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, text.Length > 0 ? text.ToString() : "ok").ConfigureAwait(false);
    }

    /// <summary>A server that answers is alive; ready is one whose parts have started and that is not about to stop.</summary>
    private Dictionary<string, bool> Checks(string endpoint) => endpoint == "readyz"
        ? new() { ["ping"] = true, ["log"] = true, ["store"] = readiness.StoreWorks, ["informer-sync"] = readiness.IsReady, ["shutdown"] = !readiness.IsStopping }
        : new() { ["ping"] = true, ["log"] = true, ["store"] = readiness.StoreWorks };

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
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);
        }
    }
}
