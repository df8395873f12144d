using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using Orchestrator.Shell.Commands;

namespace Orchestrator.Shell;

/// <summary>Gives a bare engine the everyday commands that PowerShell ships in packages of its own.</summary>
internal static class Basics
{
    private static readonly (string Alias, string Command)[] Aliases =
    [
        ("select", "Select-Object"), ("sort", "Sort-Object"), ("group", "Group-Object"), ("measure", "Measure-Object"),
        ("ft", "Format-Table"), ("fl", "Format-List"), ("fw", "Format-Wide"), ("gm", "Get-Member"),
        ("echo", "Write-Output"), ("write", "Write-Output"), ("sleep", "Start-Sleep"),
        ("cat", "Get-Content"), ("gc", "Get-Content"), ("type", "Get-Content"), ("cd", "Set-Location"), ("sl", "Set-Location"),
        ("pwd", "Get-Location"), ("dir", "Get-ChildItem"), ("gci", "Get-ChildItem"), ("ls", "Get-ChildItem"), ("rm", "Remove-Item"),
    ];

    public static void AddTo(InitialSessionState state)
    {
        using var stream = typeof(Basics).Assembly.GetManifestResourceStream("Basics.ps1")
            ?? throw new InvalidOperationException("The shell was built without Basics.ps1.");
        using var reader = new StreamReader(stream);
        var script = Parser.ParseInput(reader.ReadToEnd(), out _, out _);
        foreach (var function in script.FindAll(ast => ast is FunctionDefinitionAst, searchNestedScriptBlocks: false).Cast<FunctionDefinitionAst>())
        {
            var body = function.Body.Extent.Text;
            state.Commands.Add(new SessionStateFunctionEntry(function.Name, body[1..^1]));
        }

        state.Commands.Add(new SessionStateCmdletEntry("Select-Object", typeof(SelectObjectCommand), helpFileName: null));
        foreach (var (name, type) in FormatCommands.All)
        {
            state.Commands.Add(new SessionStateCmdletEntry(name, type, helpFileName: null));
        }

        foreach (var (alias, command) in Aliases)
        {
            // On Unix cat, ls, sort and rm are the system's own programs, as they are under pwsh.
            if (OperatingSystem.IsWindows() || alias is not ("cat" or "ls" or "sort" or "sleep" or "rm"))
            {
                state.Commands.Remove(alias, typeof(SessionStateAliasEntry));
                state.Commands.Add(new SessionStateAliasEntry(alias, command));
            }
        }
    }
}
