using System.Management.Automation;
using System.Xml.Linq;

namespace Orchestrator.Cmdlets.Tests.Help;

/// <summary>Help of the cmdlets in the form that Get-Help reads (MAML), out of their documentation comments and parameters.</summary>
internal static class HelpDocument
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static string Make(IEnumerable<CmdletInfo> cmdlets, DocComments comments)
    {
        // A line each: a change is one line's.
        var lines = cmdlets.OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal).Select(cmdlet => Cmdlet(cmdlet, comments).ToString(SaveOptions.DisableFormatting));
        return $"""
            <?xml version="1.0" encoding="utf-8"?>
            <!-- Made of the cmdlets' documentation comments: ORCHESTRATOR_UPDATE_HELP=1 with the tests of the cmdlets writes it anew. -->
            <helpItems schema="maml" xmlns="http://msh">
            {string.Join('\n', lines)}
            </helpItems>

            """.ReplaceLineEndings("\n");
    }

    private static XElement Cmdlet(CmdletInfo cmdlet, DocComments comments)
    {
        var summary = comments.Summary(cmdlet.ImplementingType);
        return new XElement(Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml), new XAttribute(XNamespace.Xmlns + "command", Command), new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(Command + "details",
                new XElement(Command + "name", cmdlet.Name), Description(Synopsis(summary)), new XElement(Command + "verb", cmdlet.Verb), new XElement(Command + "noun", cmdlet.Noun)),
            Description(summary),
            new XElement(Command + "syntax", cmdlet.ParameterSets.Select(set => new XElement(Command + "syntaxItem",
                new XElement(Maml + "name", cmdlet.Name), Own(set.Parameters).Select(parameter => Parameter(parameter, null))))),
            new XElement(Command + "parameters", cmdlet.ParameterSets.SelectMany(set => Own(set.Parameters)).DistinctBy(parameter => parameter.Name)
                .OrderBy(parameter => parameter.Name, StringComparer.Ordinal).Select(parameter => Parameter(parameter, Text(cmdlet, parameter, comments)))),
            new XElement(Command + "examples", comments.Examples(cmdlet.ImplementingType).Select((example, index) => new XElement(Command + "example",
                new XElement(Maml + "title", $"Example {index + 1}"), new XElement(Dev + "code", example), new XElement(Dev + "remarks", new XElement(Maml + "para"))))));
    }

    private static string Text(CmdletInfo cmdlet, CommandParameterInfo parameter, DocComments comments) => parameter.Name switch
    {
        "WhatIf" => "Asks the server what would happen, and changes nothing.",
        "Confirm" => "Asks before each change.",
        _ => cmdlet.ImplementingType.GetProperty(parameter.Name)?.DeclaringType is { } declaring ? comments.Summary(declaring, parameter.Name) : "",
    };

    private static XElement Parameter(CommandParameterInfo parameter, string? text)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return new XElement(Command + "parameter",
            new XAttribute("required", parameter.IsMandatory ? "true" : "false"),
            new XAttribute("pipelineInput", (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
            {
                (true, true) => "true (ByValue, ByPropertyName)",
                (true, false) => "true (ByValue)",
                (false, true) => "true (ByPropertyName)",
                _ => "false",
            }),
            new XAttribute("position", parameter.Position >= 0 ? $"{parameter.Position}" : "named"),
            new XElement(Maml + "name", parameter.Name),
            string.IsNullOrEmpty(text) ? null : Description(text),
            type == typeof(SwitchParameter) ? null : new XElement(Command + "parameterValue", new XAttribute("required", "true"), type.Name));
    }

    private static IEnumerable<CommandParameterInfo> Own(IEnumerable<CommandParameterInfo> parameters) =>
        parameters.Where(parameter => !PSCmdlet.CommonParameters.Contains(parameter.Name)).OrderBy(parameter => parameter.Position >= 0 ? parameter.Position : int.MaxValue);

    private static XElement Description(string text) => new(Maml + "description", new XElement(Maml + "para", text));

    // The first sentence.
    private static string Synopsis(string summary) => summary.IndexOf(". ", StringComparison.Ordinal) is var end and > 0 ? summary[..(end + 1)] : summary;
}
