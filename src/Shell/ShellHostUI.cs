using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;

namespace Orchestrator.Shell;

/// <summary>Output of every stream: errors go to stderr, all else to stdout, as pwsh does it.</summary>
internal sealed partial class ShellHostUI(bool interactive) : PSHostUserInterface
{
    private const string Reset = "\x1b[0m";
    private readonly bool _colour = Terminal.SupportsColour;
    private readonly ShellRawUI _rawUI = new();

    /// <summary>The one line at the bottom of a terminal that shows progress.</summary>
    public ProgressLine Progress { get; } = new();

    public override PSHostRawUserInterface RawUI => _rawUI;
    public override bool SupportsVirtualTerminal => _colour;

    public override void Write(string value)
    {
        Progress.Clear();
        Console.Out.Write(Plain(value));
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Write(_colour ? Terminal.Paint(foregroundColor, value) : value);

    public override void WriteLine(string value)
    {
        Progress.Clear();
        Console.Out.WriteLine(Plain(value));
    }

    public override void WriteErrorLine(string value)
    {
        Progress.Clear();
        var painted = !Console.IsErrorRedirected && _colour;
        Console.Error.WriteLine(painted ? Terminal.Red + value + Reset : Undecorated(value));
    }

    public override void WriteWarningLine(string message) => WriteLabelled("WARNING: ", message);
    public override void WriteVerboseLine(string message) => WriteLabelled("VERBOSE: ", message);
    public override void WriteDebugLine(string message) => WriteLabelled("DEBUG: ", message);
    public override void WriteInformation(InformationRecord record) { }

    public override void WriteProgress(long sourceId, ProgressRecord record) => Progress.Show(record);

    private string Plain(string value) => _colour ? value : Undecorated(value);

    private static string Undecorated(string value) => new StringDecorated(value).ToString(OutputRendering.PlainText);

    private void WriteLabelled(string label, string message) =>
        WriteLine(_colour ? Terminal.Yellow + label + message + Reset : label + message);
}
