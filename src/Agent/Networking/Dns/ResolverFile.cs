using System.Globalization;
using System.Net;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>A <c>resolv.conf</c>. Source: resolv.conf(5).</summary>
internal static class ResolverFile
{
    public const string OfMachine = "/etc/resolv.conf";

    /// <summary>What it says; nothing where it can't be read.</summary>
    public static ResolverSettings Read(string path)
    {
        var lines = Lines(path);
        return new(
            [.. lines.Where(words => words[0] == "nameserver").Select(words => words[1]).Where(word => IPAddress.TryParse(word, out _))],
            lines.LastOrDefault(words => words[0] is "search" or "domain")?[1..] ?? [],
            [.. lines.Where(words => words[0] == "options").SelectMany(words => words[1..])]);
    }

    public static string Write(ResolverSettings settings) => string.Concat(
        settings.Nameservers.Select(server => $"nameserver {server}\n")
            .Concat(settings.Searches.Count > 0 ? [$"search {string.Join(' ', settings.Searches)}\n"] : [])
            .Concat(settings.Options.Count > 0 ? [$"options {string.Join(' ', settings.Options)}\n"] : []));

    /// <summary>Dots from which on a name is tried as it is first.</summary>
    public static int Dots(ResolverSettings settings) => settings.Options
        .Select(option => option.StartsWith("ndots:", StringComparison.Ordinal) && int.TryParse(option.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var dots) ? dots : (int?)null)
        .LastOrDefault(dots => dots is not null) ?? 1;

    private static List<string[]> Lines(string path)
    {
        try
        {
            return [.. File.ReadAllLines(path).Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
