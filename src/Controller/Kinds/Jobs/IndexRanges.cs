using System.Globalization;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>Sets of completion indexes as the API writes them: <c>1,3-5,7</c>. Pure.</summary>
internal static class IndexRanges
{
    /// <summary>Reads the text; parts that are no range, and what lies outside of the completions, are left out.</summary>
    public static SortedSet<int> Parse(string? text, int completions)
    {
        var set = new SortedSet<int>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (ends.Length <= 2 && Number(ends[0]) is { } first && Number(ends[^1]) is { } last)
            {
                for (var index = first; index <= last && index < completions; index++)
                {
                    set.Add(index);
                }
            }
        }
        return set;
    }

    public static string Format(SortedSet<int> indexes)
    {
        var ranges = new List<string>();
        int? first = null, last = null;
        foreach (var index in indexes)
        {
            if (last + 1 == index)
            {
                last = index;
                continue;
            }
            Add(ranges, first, last);
            first = last = index;
        }
        Add(ranges, first, last);
        return string.Join(',', ranges);
    }

    private static void Add(List<string> ranges, int? first, int? last)
    {
        if (first is not null)
        {
            // Two in a row are told as a range too, as Kubernetes has it.
            ranges.Add(first == last ? Text(first) : $"{Text(first)}-{Text(last)}");
        }
    }

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
