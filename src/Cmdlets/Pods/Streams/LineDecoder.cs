using System.Text;

namespace Orchestrator.Cmdlets;

/// <summary>Lines out of pieces of UTF-8. A line that never ends comes in parts, so that it bounds no memory.</summary>
internal sealed class LineDecoder
{
    private const int LongestPart = 1 << 20;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();

    public IEnumerable<string> Add(byte[] data)
    {
        var text = new char[_decoder.GetCharCount(data, flush: false)];
        _decoder.GetChars(data, text, flush: false);
        for (var start = 0; start < text.Length;)
        {
            var end = Array.IndexOf(text, '\n', start);
            _line.Append(text, start, (end < 0 ? text.Length : end) - start);
            start = end < 0 ? text.Length : end + 1;
            if (end >= 0 || _line.Length >= LongestPart)
            {
                yield return Take();
            }
        }
    }

    /// <summary>The last line, where no line feed ends it; null when there is none.</summary>
    public string? Finish()
    {
        var rest = new char[_decoder.GetCharCount([], flush: true)];
        _decoder.GetChars([], rest, flush: true);
        _line.Append(rest);
        return _line.Length > 0 ? Take() : null;
    }

    private string Take()
    {
        var length = _line.Length > 0 && _line[^1] == '\r' ? _line.Length - 1 : _line.Length;
        var line = _line.ToString(0, length);
        _line.Clear();
        return line;
    }
}
