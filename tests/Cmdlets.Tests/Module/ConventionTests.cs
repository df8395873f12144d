using System.Management.Automation;
using System.Management.Automation.Language;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Module;

/// <summary>What the conventions ask of every cmdlet.</summary>
public sealed class ConventionTests
{
    private static readonly string[] ChangingVerbs = ["Add", "Backup", "Copy", "Export", "Import", "New", "Publish", "Remove", "Resize", "Restart", "Restore", "Resume", "Set", "Start", "Stop", "Suspend", "Undo", "Update"];

    public static TheoryData<string> Names => [.. ModuleFixture.Cmdlets.Select(cmdlet => Name(cmdlet.Attribute))];

    [Fact]
    public void Manifest_Exports_AreTheCmdletsThatThereAre() =>
        Assert.Equal(Names.Select(row => row.Data).Order(StringComparer.Ordinal), Exports("Orchestrator.psd1").Order(StringComparer.Ordinal));

    [Fact]
    public void AutoloadManifest_Exports_AreTheModules() =>
        Assert.Equal(Exports("Orchestrator.psd1"), Exports("module/autoload/Orchestrator/Orchestrator.psd1"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Verb_IsApproved(string name)
    {
        var verbs = new[] { typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsLifecycle), typeof(VerbsOther), typeof(VerbsSecurity) }
            .SelectMany(group => group.GetFields()).Select(field => (string?)field.GetRawConstantValue());

        Assert.Contains(name.Split('-')[0], verbs);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Change_CanBeRehearsedAndConfirmed(string name)
    {
        var (_, attribute) = Find(name);

        Assert.Equal(ChangingVerbs.Contains(attribute.VerbName), attribute.SupportsShouldProcess);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ClusterCmdlet_TakesAContext_AndEveryCmdletSaysWhatItWrites(string name)
    {
        var (type, _) = Find(name);

        Assert.True(typeof(AsyncCmdlet).IsAssignableFrom(type) || type == typeof(SelectByLabelCommand));
        Assert.NotEmpty(type.GetCustomAttributes(typeof(OutputTypeAttribute), inherit: false));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Duration_ParametersTakeEveryForm(string name)
    {
        var durations = Find(name).Type.GetProperties().Where(property => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(TimeSpan));

        Assert.All(durations, property => Assert.NotEmpty(property.GetCustomAttributes(typeof(DurationTransformationAttribute), inherit: true)));
    }

    [Fact]
    public void Views_AreOfTypesAndPropertiesThatThereAre()
    {
        var document = new System.Xml.XmlDocument();
        document.Load(Path.Combine(Repository.Root, "module", "Orchestrator.Format.ps1xml"));
        foreach (System.Xml.XmlElement view in document.SelectNodes("//View")!) // XPath of elements.
        {
            var type = typeof(AsyncCmdlet).Assembly.GetType(view.SelectSingleNode("ViewSelectedBy/TypeName")!.InnerText, throwOnError: true)!;
            foreach (System.Xml.XmlElement property in view.SelectNodes(".//PropertyName")!)
            {
                Assert.True(type.GetProperty(property.InnerText) is not null, $"{type.Name} has no {property.InnerText}");
            }
        }
    }

    [Fact]
    public void TypeData_IsOfTypesAndPropertiesThatThereAre()
    {
        var document = new System.Xml.XmlDocument();
        document.Load(Path.Combine(Repository.Root, "module", "Orchestrator.Types.ps1xml"));
        foreach (System.Xml.XmlElement entry in document.SelectNodes("/Types/Type")!) // XPath of elements.
        {
            var type = typeof(AsyncCmdlet).Assembly.GetType(entry.SelectSingleNode("Name")!.InnerText, throwOnError: true)!;
            foreach (System.Xml.XmlElement property in entry.SelectNodes(".//ReferencedProperties/Name")!)
            {
                Assert.True(type.GetProperty(property.InnerText) is not null, $"{type.Name} has no {property.InnerText}");
            }
        }
    }

    private static (Type Type, CmdletAttribute Attribute) Find(string name) => ModuleFixture.Cmdlets.Single(cmdlet => Name(cmdlet.Attribute) == name);

    private static string Name(CmdletAttribute attribute) => $"{attribute.VerbName}-{attribute.NounName}";

    private static string[] Exports(string manifest)
    {
        var ast = Parser.ParseFile(Path.Combine(Repository.Root, manifest), out _, out var errors);
        Assert.Empty(errors);
        var table = (HashtableAst)ast.Find(node => node is HashtableAst, searchNestedScriptBlocks: false);
        var exports = table.KeyValuePairs.Single(pair => pair.Item1.ToString() == "CmdletsToExport").Item2;
        return [.. exports.FindAll(node => node is StringConstantExpressionAst, false).Cast<StringConstantExpressionAst>().Select(text => text.Value)];
    }
}
