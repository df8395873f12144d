using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;

namespace Orchestrator.Shell;

/// <summary>One runspace with its host, and the pipeline that runs in it now.</summary>
internal sealed class ShellSession : IDisposable
{
    /// <summary>128 + SIGINT, what a Unix shell answers for a command that Ctrl-C ended.</summary>
    private const int InterruptedExitCode = 130;

    private readonly ShellOptions _options;
    private readonly Runspace _runspace;
    private readonly Lock _lock = new();
    private readonly List<IDisposable> _signals = [];
    private PowerShell? _running;
    private bool _interrupted;

    private ShellSession(ShellOptions options, ShellHost host, Runspace runspace)
    {
        (_options, Host, _runspace) = (options, host, runspace);
        Console.CancelKeyPress += OnCancelKey;
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnTerminate));
    }

    public ShellHost Host { get; }

    public static ShellSession Open(ShellOptions options)
    {
        if (options.WorkingDirectory is { } directory)
        {
            Directory.SetCurrentDirectory(directory);
        }

        var host = new ShellHost(!options.NonInteractive);
        var runspace = RunspaceFactory.CreateRunspace(host, EngineState.Create());
        // Without this each pipeline gets a thread of its own, and native programs lose the terminal.
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        Environment.SetEnvironmentVariable("PSModulePath", Checkout.ModulePath());
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        return new ShellSession(options, host, runspace);
    }

    public int Run()
    {
        if (_options.File is { } file)
        {
            return RunFile(file);
        }

        ImportModule();
        return _options.Command is { } text ? RunCommand(text) : new Prompt(this).Run(_options.NoLogo);
    }

    /// <summary>Runs one command line with its output on the host; the result says whether its last statement succeeded.</summary>
    public bool Invoke(Command command)
    {
        using var powerShell = PowerShell.Create();
        powerShell.Runspace = _runspace;
        command.MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        powerShell.Commands.AddCommand(command).AddCommand("Out-Default");
        lock (_lock)
        {
            _running = powerShell;
            _interrupted = false;
        }

        try
        {
            powerShell.Invoke();
            return true;
        }
        catch (PipelineStoppedException)
        {
            return false;
        }
        catch (IncompleteParseException exception)
        {
            // The engine's formatter shows nothing for these, since a prompt would go on reading.
            Host.UI.WriteErrorLine($"ParserError: {exception.Message}");
            return false;
        }
        catch (RuntimeException exception)
        {
            Report(exception.ErrorRecord);
            return false;
        }
        finally
        {
            lock (_lock)
            {
                _running = null;
            }

            ((ShellHostUI)Host.UI).Progress.Clear();
        }
    }

    public string Evaluate(string script)
    {
        using var powerShell = PowerShell.Create();
        powerShell.Runspace = _runspace;
        return string.Concat(powerShell.AddScript(script).Invoke<string>());
    }

    public void Dispose()
    {
        Console.CancelKeyPress -= OnCancelKey;
        _signals.ForEach(signal => signal.Dispose());
        _runspace.Dispose();
    }

    private int RunFile(string file)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"The argument '{file}' is not recognized as the name of a script file. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.");
            return ShellOptions.UsageExitCode;
        }

        // `exit` ends only the script that says it; the tail hands its code on, and leaves alone one that a native program set.
        var script = $". '{path.Replace("'", "''", StringComparison.Ordinal)}' @args; if (-not $?) {{ exit $LASTEXITCODE }}";
        var command = new Command(script, isScript: true, useLocalScope: false);
        foreach (var argument in _options.Arguments)
        {
            command.Parameters.Add(argument);
        }

        return ExitCode(Invoke(command));
    }

    private int RunCommand(string text)
    {
        var script = text == "-" ? Console.In.ReadToEnd() : text;
        // pwsh answers 1 when the last statement failed. A shell that stays open has no use for that.
        var tail = _options.NoExit ? "" : Environment.NewLine + "if (-not $?) { exit 1 }";
        var succeeded = Invoke(new Command(script + tail, isScript: true, useLocalScope: false));
        return _options.NoExit && Host.ExitCode is null ? new Prompt(this).Run(noLogo: true) : ExitCode(succeeded);
    }

    private int ExitCode(bool succeeded) => _interrupted ? InterruptedExitCode : Host.ExitCode ?? (succeeded ? 0 : 1);

    private void ImportModule()
    {
        if (Checkout.BuiltModule() is { } manifest)
        {
            var import = new Command("Import-Module");
            import.Parameters.Add("Name", manifest);
            Invoke(import);
        }
    }

    private void Report(ErrorRecord error)
    {
        using var powerShell = PowerShell.Create();
        powerShell.Runspace = _runspace;
        powerShell.AddCommand("Out-Default").Invoke(new[] { ErrorStream.Mark(error) });
    }

    private void OnCancelKey(object? sender, ConsoleCancelEventArgs arguments) => arguments.Cancel = Interrupt();

    private void OnTerminate(PosixSignalContext context) => context.Cancel = Interrupt();

    /// <summary>Stops what runs, so that its <c>finally</c> blocks run; a second signal meanwhile ends the process.</summary>
    private bool Interrupt()
    {
        lock (_lock)
        {
            if (_running is null)
            {
                return _options.Interactive;
            }

            if (_interrupted)
            {
                return false;
            }

            _interrupted = true;
            _running.BeginStop(null, null);
            return true;
        }
    }
}
