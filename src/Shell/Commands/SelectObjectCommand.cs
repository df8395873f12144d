using System.Management.Automation;
using System.Reflection;

namespace Orchestrator.Shell.Commands;

/// <summary>Select-Object: properties, expansion, and the first, last or skipped items. It ends the pipeline before it once it has enough.</summary>
[Cmdlet(VerbsCommon.Select, "Object")]
public sealed class SelectObjectCommand : PSCmdlet
{
    private readonly Queue<PSObject> _tail = new();
    private int _seen;

    [Parameter(Position = 0)] public object[]? Property { get; set; }
    [Parameter] public string? ExpandProperty { get; set; }
    [Parameter] public int? First { get; set; }
    [Parameter] public int? Last { get; set; }
    [Parameter] public int Skip { get; set; }
    [Parameter(ValueFromPipeline = true)] public PSObject? InputObject { get; set; }

    protected override void BeginProcessing()
    {
        if (First == 0)
        {
            StopUpstream();
        }
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null || _seen++ < Skip)
        {
            return;
        }

        if (Last is { } last)
        {
            _tail.Enqueue(InputObject);
            if (_tail.Count > last)
            {
                _tail.Dequeue();
            }

            return;
        }

        if (First is null || _seen - Skip <= First)
        {
            WriteSelected(InputObject);
        }

        if (_seen - Skip == First)
        {
            StopUpstream();
        }
    }

    protected override void EndProcessing()
    {
        while (_tail.TryDequeue(out var item))
        {
            WriteSelected(item);
        }
    }

    private void WriteSelected(PSObject item)
    {
        if (ExpandProperty is not null)
        {
            WriteObject(item.Properties[ExpandProperty]?.Value, enumerateCollection: true);
            return;
        }

        if (Property is null)
        {
            WriteObject(item);
            return;
        }

        var selected = new PSObject();
        foreach (var (name, value) in Property.SelectMany(property => Values(item, property)))
        {
            if (selected.Properties[name] is null)
            {
                selected.Properties.Add(new PSNoteProperty(name, value));
            }
        }

        WriteObject(selected);
    }

    private static IEnumerable<(string Name, object? Value)> Values(PSObject item, object property)
    {
        switch (property is PSObject wrapped ? wrapped.BaseObject : property)
        {
            case ScriptBlock script:
                return [(script.ToString(), Evaluate(item, script))];
            case System.Collections.IDictionary calculated:
                var name = calculated["Name"] ?? calculated["n"] ?? calculated["Label"] ?? calculated["l"];
                var expression = calculated["Expression"] ?? calculated["e"];
                return [(name?.ToString() ?? expression?.ToString() ?? "", expression is ScriptBlock block ? Evaluate(item, block) : item.Properties[expression?.ToString()]?.Value)];
            case var text when WildcardPattern.ContainsWildcardCharacters(text.ToString()):
                var pattern = new WildcardPattern(text.ToString(), WildcardOptions.IgnoreCase);
                return item.Properties.Where(p => pattern.IsMatch(p.Name)).Select(p => (p.Name, (object?)p.Value));
            case var text:
                return [(item.Properties[text.ToString()]?.Name ?? text.ToString() ?? "", item.Properties[text.ToString()]?.Value)];
        }
    }

    private static object? Evaluate(PSObject item, ScriptBlock script)
    {
        var results = script.InvokeWithContext(null, [new PSVariable("_", item)]);
        return results.Count == 1 ? results[0] : results.ToArray();
    }

    /// <summary>The engine's own way to say "enough" is internal to it; without it the rest of the input is only ignored.</summary>
    private void StopUpstream()
    {
        var type = typeof(PSObject).Assembly.GetType("System.Management.Automation.StopUpstreamCommandsException");
        var constructor = type?.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .FirstOrDefault(candidate => candidate.GetParameters().Length == 1);
        if (constructor?.Invoke([this]) is Exception enough)
        {
            throw enough;
        }
    }
}
