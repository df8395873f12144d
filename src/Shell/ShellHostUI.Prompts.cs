using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace Orchestrator.Shell;

/// <summary>Questions: mandatory parameters, choices (<c>-Confirm</c>), credentials.</summary>
internal sealed partial class ShellHostUI
{
    public override string ReadLine()
    {
        Progress.Clear();
        return Ask() ?? "";
    }

    public override SecureString ReadLineAsSecureString()
    {
        RequireInteractive();
        var secret = new SecureString();
        if (Console.IsInputRedirected)
        {
            foreach (var character in Console.In.ReadLine() ?? "")
            {
                secret.AppendChar(character);
            }

            return secret;
        }

        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                if (secret.Length > 0)
                {
                    secret.RemoveAt(secret.Length - 1);
                }
            }
            else if (!char.IsControl(key.KeyChar))
            {
                secret.AppendChar(key.KeyChar);
            }
        }

        Console.Out.WriteLine();
        return secret;
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        WriteHeading(caption, message);
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in descriptions)
        {
            answers[field.Name] = field.ParameterTypeFullName.EndsWith("[]", StringComparison.Ordinal)
                ? new PSObject(AskMany(field.Name))
                : AskOne(field);
        }

        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        WriteHeading(caption, message);
        var keys = choices.Select(ChoiceKey.Of).ToArray();
        while (true)
        {
            var menu = string.Join("  ", choices.Select((choice, i) => $"[{keys[i].Key}] {keys[i].Label}"));
            Console.Out.Write($"{menu}  [?] Help{(defaultChoice >= 0 ? $" (default is \"{keys[defaultChoice].Key}\")" : "")}: ");
            var answer = Ask()?.Trim();
            if (string.IsNullOrEmpty(answer))
            {
                if (defaultChoice >= 0)
                {
                    return defaultChoice;
                }

                continue;
            }

            var chosen = Array.FindIndex(keys, key => key.Matches(answer));
            if (chosen >= 0)
            {
                return chosen;
            }

            if (answer == "?")
            {
                for (var i = 0; i < keys.Length; i++)
                {
                    Console.Out.WriteLine($"{keys[i].Key} - {choices[i].HelpMessage}");
                }
            }
        }
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        WriteHeading(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Console.Out.Write("User: ");
            userName = Ask() ?? "";
        }

        Console.Out.Write($"Password for user {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    private PSObject AskOne(FieldDescription field)
    {
        Console.Out.Write($"{field.Name}: ");
        return field.ParameterTypeFullName == typeof(SecureString).FullName
            ? new PSObject(ReadLineAsSecureString())
            : new PSObject(Ask() ?? "");
    }

    private string[] AskMany(string name)
    {
        var values = new List<string>();
        while (true)
        {
            Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"{name}[{values.Count}]: "));
            var value = Ask();
            if (string.IsNullOrEmpty(value))
            {
                return [.. values];
            }

            values.Add(value);
        }
    }

    private void WriteHeading(string caption, string message)
    {
        RequireInteractive();
        foreach (var line in new[] { caption, message }.Where(line => !string.IsNullOrEmpty(line)))
        {
            WriteLine(line);
        }
    }

    private string? Ask()
    {
        RequireInteractive();
        return Console.In.ReadLine() ?? throw new HostException("The input ended before the question was answered.");
    }

    private void RequireInteractive()
    {
        Progress.Clear();
        if (!interactive)
        {
            throw new HostException("The shell runs with -NonInteractive: it can't ask. Give the value as a parameter, or -Confirm:$false.");
        }
    }
}
