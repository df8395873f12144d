using System.Globalization;
using System.Management.Automation;

namespace Orchestrator.Shell;

/// <summary>Progress as one line that is redrawn in place; shown on a terminal only, so that logs stay clean.</summary>
internal sealed class ProgressLine
{
    private const int BarWidth = 20;

    /// <summary>Some terminals don't tell theirs.</summary>
    private const int UnknownWidth = 80;

    private readonly bool _enabled = !Console.IsOutputRedirected && !Console.IsErrorRedirected;
    private readonly Lock _lock = new();
    private bool _shown;

    public void Show(ProgressRecord record)
    {
        if (!_enabled)
        {
            return;
        }

        lock (_lock)
        {
            Erase();
            if (record.RecordType == ProgressRecordType.Completed)
            {
                return;
            }

            var line = Format(record);
            var width = (Console.WindowWidth > 0 ? Console.WindowWidth : UnknownWidth) - 1;
            Console.Error.Write(line.Length > width ? line[..width] : line);
            _shown = true;
        }
    }

    public void Clear()
    {
        if (_enabled)
        {
            lock (_lock)
            {
                Erase();
            }
        }
    }

    /// <summary><c>Activity [=====     ] 25 % status: operation</c>; without a percentage there is no bar.</summary>
    internal static string Format(ProgressRecord record)
    {
        var line = record.Activity;
        if (record.PercentComplete >= 0)
        {
            var filled = record.PercentComplete * BarWidth / 100;
            line += string.Create(CultureInfo.InvariantCulture, $" [{new string('=', filled)}{new string(' ', BarWidth - filled)}] {record.PercentComplete} %");
        }

        line += " " + record.StatusDescription;
        return string.IsNullOrEmpty(record.CurrentOperation) ? line : $"{line}: {record.CurrentOperation}";
    }

    private void Erase()
    {
        if (_shown)
        {
            Console.Error.Write("\r\x1b[K");
            _shown = false;
        }
    }
}
