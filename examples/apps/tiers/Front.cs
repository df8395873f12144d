using System.Net;
using System.Text.Json;

namespace Tiers;

/// <summary><c>GET /</c> is the guestbook as a page, <c>POST /</c> signs it with what the body says. It keeps nothing: the API does.</summary>
internal sealed class Front(HttpClient api)
{
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            await context.Response.WriteAsync($"the API does not answer: {e.Message}", context.RequestAborted);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("GET", "/healthz"):
                await context.Response.WriteAsync("ok", context.RequestAborted);
                break;
            case ("GET", "/"):
                await ShowAsync(context);
                break;
            case ("POST", "/"):
                using (var answer = await api.PostAsync("entries", new StreamContent(context.Request.Body), context.RequestAborted))
                {
                    await PassOnAsync(context, answer);
                }
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task ShowAsync(HttpContext context)
    {
        using var answer = await api.GetAsync("entries", context.RequestAborted);
        if (!answer.IsSuccessStatusCode)
        {
            await PassOnAsync(context, answer);
            return;
        }
        var entries = await JsonSerializer.DeserializeAsync<string[]>(await answer.Content.ReadAsStreamAsync(context.RequestAborted), cancellationToken: context.RequestAborted) ?? [];
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers["X-Api-Pod"] = answer.Headers.GetValues("X-Pod").First();
        await context.Response.WriteAsync($"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Guestbook</title></head>
            <body>
            <h1>Guestbook</h1>
            <ol>
            {string.Join('\n', entries.Select(entry => $"<li>{WebUtility.HtmlEncode(entry)}</li>"))}
            </ol>
            </body>
            </html>

            """, context.RequestAborted);
    }

    private static async Task PassOnAsync(HttpContext context, HttpResponseMessage answer)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
