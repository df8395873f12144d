using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>An environment for a command that a POSIX shell starts.</summary>
internal static partial class ShellEnvironment
{
    /// <summary>Gives the shell the variables; call it where the command's arguments begin.</summary>
    public static void Pass(ProcessStartInfo start, IReadOnlyDictionary<string, string> environment)
    {
        start.Environment.Clear();
        // A shell drops variables whose names are no identifiers, which Kubernetes allows ("Logging.Level"): env carries those over.
        var odd = environment.Where(variable => !Identifier().IsMatch(variable.Key)).ToList();
        if (odd.Count > 0)
        {
            start.ArgumentList.Add("/usr/bin/env");
            odd.ForEach(variable => start.ArgumentList.Add($"{variable.Key}={variable.Value}"));
        }
        foreach (var (name, value) in environment.Except(odd))
        {
            start.Environment[name] = value;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Identifier();
}
