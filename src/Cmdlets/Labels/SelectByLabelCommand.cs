using System.Collections;
using System.Management.Automation;
using k8s;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Lets objects through whose labels fit a selector: an ordinary filter of the pipeline, without a request.</summary>
/// <example><code>Get-Pod | Select-ByLabel 'app=web,tier in (front,edge)'</code></example>
[Cmdlet(VerbsCommon.Select, "ByLabel")]
[OutputType(typeof(ClusterObject))]
public sealed class SelectByLabelCommand : PSCmdlet
{
    private LabelSelector _selector = LabelSelector.Everything;

    /// <summary><c>app=web,tier in (front,edge),!canary</c>, or a hashtable.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [SelectorTransformation]
    public string Selector { get; set; } = "";

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Lets through those that don't fit.</summary>
    [Parameter]
    public SwitchParameter Not { get; set; }

    protected override void BeginProcessing() => _selector = LabelSelector.Parse(Selector);

    protected override void ProcessRecord()
    {
        if (InputObject is not null && _selector.Matches(LabelsOf(InputObject)) != Not)
        {
            WriteObject(InputObject);
        }
    }

    private static Func<string, string?> LabelsOf(PSObject item) => item.BaseObject switch
    {
        ClusterObject known => known.Labels.GetValueOrDefault,
        ClusterChange change => change.Object.Labels.GetValueOrDefault,
        IKubernetesObject<V1ObjectMeta> typed => key => typed.Metadata?.Labels is { } labels && labels.TryGetValue(key, out var value) ? value : null,
        _ => key => Value(Value(Value(item, "metadata"), "labels") ?? Value(item, "labels"), key)?.ToString(),
    };

    private static object? Value(object? item, string key) => (item is PSObject { BaseObject: IDictionary inner } ? inner : item) switch
    {
        IDictionary map => map[key],
        PSObject other => other.Properties[key]?.Value,
        _ => null,
    };
}
