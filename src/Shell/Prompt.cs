using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Text;

namespace Orchestrator.Shell;

/// <summary>Read, run, print, until <c>exit</c> or the end of input.</summary>
internal sealed class Prompt(ShellSession session)
{
    private const string Continuation = ">> ";

    public int Run(bool noLogo)
    {
        if (!noLogo)
        {
            Console.Out.WriteLine($"Orchestrator {session.Host.Version.ToString(3)}. Start with: Start-LocalCluster, Get-Command -Module Orchestrator, exit.");
        }

        while (ReadStatement() is { } statement)
        {
            if (string.IsNullOrWhiteSpace(statement))
            {
                continue;
            }

            session.Invoke(new Command(statement, isScript: true, useLocalScope: false));
            if (session.Host.ExitCode is { } exitCode)
            {
                return exitCode;
            }
        }

        Console.Out.WriteLine();
        return 0;
    }

    /// <summary>Whether more lines must follow before the text can run: an open brace, a here-string, a trailing pipe.</summary>
    internal static bool IsIncomplete(string text)
    {
        Parser.ParseInput(text, out _, out var errors);
        return errors.Any(error => error.IncompleteInput);
    }

    private string? ReadStatement()
    {
        var text = new StringBuilder();
        Console.Out.Write(session.Evaluate("prompt"));
        while (true)
        {
            if (Console.In.ReadLine() is not { } line)
            {
                return text.Length > 0 ? text.ToString() : null;
            }

            // Between lines only: after a trailing newline the engine takes a trailing pipe for an error instead of a beginning.
            text.Append(text.Length > 0 ? Environment.NewLine : "").Append(line);
            // An empty line ends the statement whatever it lacks, so that a forgotten brace shows its error.
            if (line.Length == 0 || !IsIncomplete(text.ToString()))
            {
                return text.ToString();
            }

            Console.Out.Write(Continuation);
        }
    }
}
