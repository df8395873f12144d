using System.Net;
using System.Text.Json;

namespace Guestbook;

internal static class Page
{
    public static async Task WriteAsync(HttpContext context, Visit visit)
    {
        var path = context.Request.Path.Value;
        if (path is not ("/" or "/healthz" or "/json"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = path switch
        {
            "/" => "text/html; charset=utf-8",
            "/json" => "application/json",
            _ => "text/plain",
        };
        await context.Response.WriteAsync(path switch
        {
            "/" => Html(visit),
            "/json" => Json(visit),
            _ => "ok",
        }, context.RequestAborted);
        if (path != "/healthz")
        {
            Console.WriteLine($"{context.Request.Method} {path} 200");
        }
    }

    private static string Html(Visit visit) => $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Guestbook</title></head>
        <body>
        <h1>{Encode(visit.Greeting)}</h1>
        <dl>
        <dt>Pod</dt><dd id="pod">{Encode(visit.PodName)}</dd>
        <dt>Version</dt><dd id="version">{Encode(visit.Version)}</dd>
        <dt>Greeting (ConfigMap)</dt><dd id="greeting">{Encode(visit.Greeting)}</dd>
        <dt>Secret</dt><dd id="secret">{visit.MaskedSecret}</dd>
        <dt>Secret received</dt><dd id="has-secret">{(visit.Secret.Length > 0 ? "true" : "false")}</dd>
        </dl>
        </body>
        </html>

        """;

    private static string Json(Visit visit)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("pod", visit.PodName);
            writer.WriteString("version", visit.Version);
            writer.WriteString("greeting", visit.Greeting);
            writer.WriteString("secret", visit.MaskedSecret);
            writer.WriteBoolean("hasSecret", visit.Secret.Length > 0);
            writer.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
