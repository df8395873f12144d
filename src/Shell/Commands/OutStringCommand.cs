using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace Orchestrator.Shell.Commands;

/// <summary>Out-String: what the formatter would show, as text. See <see cref="FormatCommands"/> for why it needs reflection.</summary>
[Cmdlet("Out", "String")]
public sealed class OutStringCommand : FrontEndCommandBase
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const string Formats = "Microsoft.PowerShell.Commands.Internal.Format.";
    private const int DefaultWidth = 120;

    private readonly StringWriter _writer = new(CultureInfo.InvariantCulture);

    [Parameter] public int Width { get; set; } = DefaultWidth;
    [Parameter] public SwitchParameter Stream { get; set; }

    protected override void BeginProcessing()
    {
        var engine = typeof(PSObject).Assembly;
        var manager = Activator.CreateInstance(engine.GetType(Formats + "OutputManagerInner", throwOnError: true)!)!;
        var output = engine.GetType(Formats + "TextWriterLineOutput", throwOnError: true)!
            .GetConstructor(Members, [typeof(TextWriter), typeof(int)])!.Invoke([_writer, Width]);
        manager.GetType().GetProperty("LineOutput", Members)!.SetValue(manager, output);
        typeof(FrontEndCommandBase).GetField("implementation", Members)!.SetValue(this, manager);
        base.BeginProcessing();
    }

    protected override void EndProcessing()
    {
        base.EndProcessing();
        var text = _writer.ToString();
        WriteObject(Stream ? text.TrimEnd().Split(Environment.NewLine) : text, enumerateCollection: true);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _writer.Dispose();
        }

        base.Dispose(disposing);
    }
}
