using Cronos;

namespace Orchestrator.Controller.Kinds.CronJobs;

/// <summary>A CronJob's schedule in its time zone. Pure.</summary>
internal sealed class CronSchedule
{
    /// <summary>Times looked at one by one; more are only counted. Source: Kubernetes, where more than 100 missed times are worth a warning.</summary>
    public const int ManyMissed = 100;

    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;

    private CronSchedule(CronExpression expression, TimeZoneInfo zone) => (_expression, _zone) = (expression, zone);

    /// <exception cref="FormatException">No cron expression, or no time zone; the message says which.</exception>
    public static CronSchedule Parse(string? schedule, string? timeZone) => new(Expression(schedule), Zone(timeZone));

    /// <exception cref="FormatException">No cron expression of five fields, nor a macro.</exception>
    public static CronExpression Expression(string? schedule)
    {
        try
        {
            return CronExpression.Parse(schedule ?? "", CronFormat.Standard);
        }
        catch (CronFormatException problem)
        {
            throw new FormatException(problem.Message, problem);
        }
    }

    /// <exception cref="FormatException">Unknown.</exception>
    public static TimeZoneInfo Zone(string? name)
    {
        try
        {
            return string.IsNullOrEmpty(name) ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception problem) when (problem is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            throw new FormatException($"unknown time zone {name}", problem);
        }
    }

    /// <summary>The first time after this one; null when there is none.</summary>
    public DateTime? Next(DateTime after) => _expression.GetNextOccurrence(after, _zone);

    /// <summary>The latest time after the start and not after now, and whether there were many.</summary>
    public (DateTime? Latest, bool Many) Latest(DateTime start, DateTime now)
    {
        if (start >= now)
        {
            return (null, false);
        }
        // From behind, in growing windows: a schedule of every minute that was missed for a year costs no more than one that was missed once.
        for (var window = TimeSpan.FromMinutes(1); ; window *= 2)
        {
            var from = now - start > window ? now - window : start;
            DateTime? latest = null;
            foreach (var time in _expression.GetOccurrences(from, now, _zone, fromInclusive: false, toInclusive: true))
            {
                latest = time;
            }
            if (latest is not null || from == start)
            {
                return (latest, _expression.GetOccurrences(start, now, _zone, fromInclusive: false, toInclusive: true).Take(ManyMissed + 1).Count() > ManyMissed);
            }
        }
    }
}
