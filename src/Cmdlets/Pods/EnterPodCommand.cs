using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Opens a shell in a pod on this terminal. Every key goes to the pod, Ctrl-C too; the shell's end brings back this prompt.</summary>
/// <example><code>Enter-Pod web-0</code></example>
[Cmdlet(VerbsCommon.Enter, "Pod", DefaultParameterSetName = ByName)]
[OutputType(typeof(void))]
public sealed class EnterPodCommand : ObjectActionCommand
{
    // Whichever there is; a shell knows, and an image has at least this one.
    private static readonly string[] Shell = ["sh", "-c", "command -v bash >/dev/null 2>&1 && exec bash || exec sh"];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [NameCompleter("Pod")]
    public string[]? Name { get; set; }

    /// <summary>Instead of a shell: a program and its arguments.</summary>
    [Parameter(Position = 1)]
    public string[]? Command { get; set; }

    /// <summary>May be left out when the pod has one container.</summary>
    [Parameter]
    [Alias("c")]
    [ContainerCompleter]
    public string? Container { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Pod);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Pod;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        // Asked before the terminal is changed, so that a refusal reads as any other error.
        await using var connection = await Client.ExecAsync(target, new(Command ?? Shell, Container, Input: true, Tty: true), Cancellation);
        CommandEnd end;
        using (var terminal = LocalTerminal.Open())
        {
            end = await new TerminalSession(terminal, connection).RunAsync(Cancellation);
        }

        // A shell ends with its last command's code, which was seen; a command of one's own is an error when it fails.
        if (!end.Succeeded && (Command is not null || end.ExitCode is null))
        {
            throw ClusterException.Command(target, end);
        }
    }
}
