using System.Management.Automation.Runspaces;

namespace Orchestrator.Shell;

/// <summary>What the command line asked for; names, abbreviations and meaning are pwsh's.</summary>
internal sealed record ShellOptions
{
    /// <summary>pwsh's exit code for a command line it can't read.</summary>
    public const int UsageExitCode = 64;

    public const string Usage = """
        usage: orch [-NoLogo] [-NoProfile] [-NonInteractive] [-NoExit] [-WorkingDirectory DIR]
                    [[-File] FILE [ARGUMENTS…] | -Command {TEXT | -}]
        Without a file or command: a prompt with the Orchestrator module loaded.
        """;

    public string? File { get; init; }
    public string? Command { get; init; }
    public IReadOnlyList<CommandParameter> Arguments { get; init; } = [];
    public string? WorkingDirectory { get; init; }
    public bool NoLogo { get; init; }
    public bool NonInteractive { get; init; }
    public bool NoExit { get; init; }
    public bool Help { get; init; }

    public bool Interactive => File is null && Command is null;

    public static (ShellOptions Options, string? Error) Parse(IReadOnlyList<string> args)
    {
        var options = new ShellOptions();
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            if (!arg.StartsWith('-') || arg == "-")
            {
                return (WithFile(options, arg, args.Skip(i + 1)), null);
            }

            var name = arg.TrimStart('-').ToUpperInvariant();
            switch (name)
            {
                case "H" or "HELP" or "?":
                    return (options with { Help = true }, null);
                case "NOLOGO" or "NOL":
                    options = options with { NoLogo = true };
                    break;
                case "NONINTERACTIVE" or "NONI":
                    options = options with { NonInteractive = true };
                    break;
                case "NOEXIT" or "NOE":
                    options = options with { NoExit = true };
                    break;
                case "NOPROFILE" or "NOP" or "MTA" or "STA" or "LOGIN" or "L" or "INTERACTIVE" or "I":
                    break;
                case "EXECUTIONPOLICY" or "EP" or "EX" when i + 1 < args.Count:
                    i++;
                    break;
                case "WORKINGDIRECTORY" or "WD" when i + 1 < args.Count:
                    options = options with { WorkingDirectory = args[++i] };
                    break;
                case "FILE" or "F" when i + 1 < args.Count:
                    return (WithFile(options, args[i + 1], args.Skip(i + 2)), null);
                case "COMMAND" or "C" when i + 1 < args.Count:
                    return (options with { Command = string.Join(' ', args.Skip(i + 1)) }, null);
                case "FILE" or "F" or "COMMAND" or "C" or "WORKINGDIRECTORY" or "WD" or "EXECUTIONPOLICY" or "EP" or "EX":
                    return (options, $"{arg} needs a value.{Environment.NewLine}{Usage}");
                default:
                    return (options, $"The argument '{arg}' is not recognized.{Environment.NewLine}{Usage}");
            }
        }

        return (options, null);
    }

    private static ShellOptions WithFile(ShellOptions options, string file, IEnumerable<string> arguments) =>
        file == "-" ? options with { Command = "-" } : options with { File = file, Arguments = ScriptArguments.Parse(arguments) };
}
