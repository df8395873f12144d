using System.Management.Automation;
using System.Text;
using Orchestrator.Model;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Runs a command in pods: its lines go down the pipeline, its error output to the error stream, and an exit code other than 0 is an error.
/// Pods may come down the pipeline; what else comes is the command's standard input: texts as lines, bytes as they are.
/// </summary>
/// <example><code>Get-Pod -Selector app=web | Invoke-PodCommand -Command hostname</code></example>
/// <example><code>Get-Content dump.sql | Invoke-PodCommand db-0 -Command psql, shop</code></example>
[Cmdlet(VerbsLifecycle.Invoke, "PodCommand")]
[OutputType(typeof(string))]
public sealed class InvokePodCommandCommand : NamespacedCmdlet
{
    private readonly LineDecoder _output = new();
    private readonly LineDecoder _errors = new();
    private RunningCommand? _fed;
    private ObjectTarget _pod;
    private bool _failed;

    [Parameter(Position = 0)]
    [SupportsWildcards]
    [NameCompleter("Pod")]
    public string[]? Name { get; set; }

    /// <summary>The program and its arguments, one each; no shell is between.</summary>
    [Parameter(Position = 1)]
    public string[]? Command { get; set; }

    /// <summary>May be left out when the pod has one container.</summary>
    [Parameter]
    [Alias("c")]
    [ContainerCompleter]
    public string? Container { get; set; }

    /// <summary>Pods, or the command's standard input.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Lines of the error output go down the pipeline with the others.</summary>
    [Parameter]
    public SwitchParameter MergeErrors { get; set; }

    // Where pods come down the pipeline, what stands first on the line is the command.
    private string[] Line => Command ?? Name ?? [];

    protected override async Task BeginAsync()
    {
        if (Line.Length == 0 || (Command is null && !MyInvocation.ExpectingInput))
        {
            throw ClusterException.Argument("CommandMissing", "-Command is needed: the program and its arguments.");
        }

        if (Command is null || Name is null)
        {
            return;
        }

        if (!MyInvocation.ExpectingInput)
        {
            foreach (var name in Name)
            {
                await TryAsync(name, () => RunNamedAsync(name));
            }

            return;
        }

        _failed = !await TryAsync(Name[0], async () =>
        {
            if (Name.Length != 1 || WildcardPattern.ContainsWildcardCharacters(Name[0]))
            {
                throw ClusterException.Argument("InputForOnePod", "Standard input can be given to one pod only: name it.");
            }

            _pod = new(Kinds.Pod, EffectiveNamespace, Name[0]);
            _fed = await RunningCommand.StartAsync(Client, _pod, new(Command, Container, Input: true), Cancellation);
        });
    }

    protected override Task ProcessAsync() => InputObject is null || _failed ? Task.CompletedTask : TryAsync(InputObject, async () =>
    {
        if (_fed is not null)
        {
            await _fed.WriteAsync(Bytes(InputObject.BaseObject), Show, Cancellation);
            return;
        }

        if (InputObject.BaseObject is not ClusterObject item || item.ResourceKind != Kinds.Pod)
        {
            throw ClusterException.Argument("WrongKind", $"Without a pod's name, pods are expected, not {InputObject.BaseObject.GetType().Name}.");
        }

        await RunAsync(new(Kinds.Pod, item.Namespace, item.Name));
    });

    protected override async Task EndAsync()
    {
        if (_fed is not null)
        {
            await TryAsync(_pod.Name, async () =>
            {
                await _fed.CloseInputAsync(Cancellation);
                await FinishAsync(_fed);
            });
            await _fed.DisposeAsync();
            _fed = null;
        }
    }

    protected override void Dispose(bool disposing)
    {
        // The pipeline was stopped before its end: nobody waits for the farewell.
        _ = _fed?.DisposeAsync().AsTask();
        base.Dispose(disposing);
    }

    private async Task RunNamedAsync(string name)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(name))
        {
            await RunAsync(new(Kinds.Pod, EffectiveNamespace, name));
            return;
        }

        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        List<string> found = [];
        await foreach (var item in Client.ListAsync(Kinds.Pod, EffectiveNamespace, ListQuery.Everything, Cancellation))
        {
            if ((string?)item["metadata"]?["name"] is { } candidate && pattern.IsMatch(candidate))
            {
                found.Add(candidate);
            }
        }

        foreach (var match in found)
        {
            await TryAsync(match, () => RunAsync(new(Kinds.Pod, EffectiveNamespace, match)));
        }
    }

    private async Task RunAsync(ObjectTarget pod)
    {
        _pod = pod;
        await using var run = await RunningCommand.StartAsync(Client, pod, new(Line, Container, Input: false), Cancellation);
        await FinishAsync(run);
    }

    private async Task FinishAsync(RunningCommand run)
    {
        var end = await run.FinishAsync(Show, Cancellation);
        if (_output.Finish() is { } line)
        {
            WriteObject(line);
        }

        if (_errors.Finish() is { } error)
        {
            ShowError(error);
        }

        if (!end.Succeeded)
        {
            throw ClusterException.Command(_pod, end);
        }
    }

    private void Show(StreamChannel channel, byte[] data)
    {
        foreach (var line in (channel == StreamChannel.Output ? _output : _errors).Add(data))
        {
            if (channel == StreamChannel.Output)
            {
                WriteObject(line);
            }
            else
            {
                ShowError(line);
            }
        }
    }

    private void ShowError(string line)
    {
        if (MergeErrors)
        {
            WriteObject(line);
        }
        else
        {
            WriteError(Errors.ErrorOutput(line, _pod.Name));
        }
    }

    private static byte[] Bytes(object value) => value switch
    {
        byte one => [one],
        byte[] many => many,
        _ => Encoding.UTF8.GetBytes(LanguagePrimitives.ConvertTo<string>(value) + "\n"),
    };
}
