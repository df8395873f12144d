using System.Management.Automation;
using System.Management.Automation.Language;
using Orchestrator.Cmdlets.Tests.Module;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Help;

public sealed class HelpTests
{
    private static readonly DocComments Comments = new();
    private static readonly CmdletInfo[] Cmdlets =
        [.. ModuleFixture.Cmdlets.Select(cmdlet => new CmdletInfo($"{cmdlet.Attribute.VerbName}-{cmdlet.Attribute.NounName}", cmdlet.Type))];

    public static TheoryData<string> Names => [.. Cmdlets.Select(cmdlet => cmdlet.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Cmdlet_HasASynopsis_AndExamplesThatBind(string name)
    {
        var type = Cmdlets.Single(cmdlet => cmdlet.Name == name).ImplementingType;

        Assert.EndsWith(".", Comments.Summary(type), StringComparison.Ordinal);
        var examples = Comments.Examples(type);
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Contains(name, Check(example)));
    }

    [Fact]
    public void File_IsWhatTheCommentsSay()
    {
        var path = Path.Combine(Repository.Root, "en-US", "Orchestrator.Cmdlets.dll-Help.xml");
        var wanted = HelpDocument.Make(Cmdlets, Comments);
        if (Environment.GetEnvironmentVariable("ORCHESTRATOR_UPDATE_HELP") == "1")
        {
            File.WriteAllText(path, wanted);
        }

        Assert.Equal(wanted, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    /// <summary>The names of our cmdlets in a script, after every parameter that they are given was found to be theirs.</summary>
    private static List<string> Check(string script)
    {
        var tree = Parser.ParseInput(script, out _, out var errors);
        Assert.Empty(errors);
        var commands = tree.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>().ToList();
        foreach (var command in commands)
        {
            if (Cmdlets.FirstOrDefault(cmdlet => cmdlet.Name == command.GetCommandName()) is { } cmdlet)
            {
                Assert.All(command.CommandElements.OfType<CommandParameterAst>(), given => Assert.Contains(
                    cmdlet.Parameters.Values, parameter => parameter.Name.Equals(given.ParameterName, StringComparison.OrdinalIgnoreCase)
                        || parameter.Aliases.Contains(given.ParameterName, StringComparer.OrdinalIgnoreCase)));
            }
        }

        return [.. commands.Select(command => command.GetCommandName() ?? "")];
    }
}
