namespace Orchestrator.Model.Json;

/// <summary>JSON pointer, RFC 6901.</summary>
internal static class JsonPointer
{
    public static string[] Parse(string pointer)
    {
        if (pointer.Length == 0)
        {
            return [];
        }
        if (pointer[0] != '/')
        {
            throw ApiException.BadRequest($"the JSON pointer \"{pointer}\" does not start with '/'");
        }
        return [.. pointer[1..].Split('/').Select(part =>
            part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }
}
