using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace Orchestrator.Shell;

/// <summary>The engine's window on this process: streams, prompts and the wish to exit.</summary>
internal sealed class ShellHost(bool interactive) : PSHost
{
    private readonly ShellHostUI _ui = new(interactive);

    /// <summary>The code of the <c>exit</c> that ran; null while none did.</summary>
    public int? ExitCode { get; private set; }

    public override string Name => "Orchestrator Shell";
    public override Version Version { get; } = typeof(ShellHost).Assembly.GetName().Version ?? new Version(0, 0);
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override PSHostUserInterface UI => _ui;
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;
    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;
    public override PSObject PrivateData { get; } = new();

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    // One engine in one process: nested prompts (the debugger's) have no place to go, and native programs share the terminal as it is.
    public override void EnterNestedPrompt() => throw new PSNotSupportedException("This shell has no nested prompts.");
    public override void ExitNestedPrompt() => throw new PSNotSupportedException("This shell has no nested prompts.");
    public override void NotifyBeginApplication() => _ui.Progress.Clear();
    public override void NotifyEndApplication()
    {
    }
}
