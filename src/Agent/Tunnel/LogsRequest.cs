using System.Globalization;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model;

namespace Orchestrator.Agent.Tunnel;

/// <summary>The options of a log request, as the kubelet's API names them.</summary>
internal sealed record LogsRequest(LogQuery Query, bool Timestamps, bool Previous, long? LimitBytes)
{
    /// <exception cref="FormatException">An option that cannot be read; the message names it.</exception>
    public static LogsRequest Parse(IQueryCollection query, DateTimeOffset now)
    {
        DateTimeOffset? since = Number("sinceSeconds", 1) is { } seconds ? now.AddSeconds(-seconds) : null;
        if (query["sinceTime"] is [{ Length: > 0 } text])
        {
            if (since is not null)
            {
                throw new FormatException("at most one of sinceTime or sinceSeconds may be specified");
            }
            since = Timestamp.TryParse(text, out var time) ? time : throw new FormatException($"sinceTime: not an RFC 3339 time: {text}");
        }
        return new(
            new(Flag("follow"), (int?)Number("tailLines", 0), since),
            Flag("timestamps"),
            Flag("previous"),
            Number("limitBytes", 1));

        bool Flag(string name) => query[name] is [{ Length: > 0 } value]
            && (value == "1" || (bool.TryParse(value, out var flag) ? flag : throw new FormatException($"{name}: expected true or false")));

        long? Number(string name, long least) => query[name] is not [{ Length: > 0 } value] ? null
            : long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
                ? Math.Min(number, int.MaxValue)
                : throw new FormatException($"{name}: expected a number of at least {least}");
    }
}
