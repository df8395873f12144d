using System.Text.Json;

namespace Tiers;

/// <summary><c>GET /entries</c> lists, <c>POST /entries</c> adds what its body says; <c>/healthz</c> answers while the store does.</summary>
internal sealed class Api(string store)
{
    private const int MaxLetters = 500;
    private readonly Store _store = new(store);

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (IOException e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync($"the store does not answer: {e.Message}", context.RequestAborted);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("GET", "/healthz"):
                await _store.PingAsync(context.RequestAborted);
                await context.Response.WriteAsync("ok", context.RequestAborted);
                break;
            case ("GET", "/entries"):
                context.Response.ContentType = "application/json";
                await JsonSerializer.SerializeAsync(context.Response.Body, await _store.AllAsync(context.RequestAborted), cancellationToken: context.RequestAborted);
                break;
            case ("POST", "/entries"):
                await AddAsync(context);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task AddAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var entry = (await reader.ReadToEndAsync(context.RequestAborted)).Trim();
        if (entry.Length is 0 or > MaxLetters)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync($"an entry has 1 to {MaxLetters} letters", context.RequestAborted);
            return;
        }
        await _store.AddAsync(entry, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status201Created;
    }
}
