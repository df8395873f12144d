using System.Collections;
using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Takes a label selector as text or as a hashtable (<c>@{ app = 'web'; tier = 'front','edge'; canary = $false }</c>: a list means any of
/// it, <c>$true</c> that the key exists, <c>$false</c> that it doesn't) and makes it canonical text.
/// </summary>
public sealed class SelectorTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return LabelSelector.Parse(value is IDictionary map ? string.Join(',', map.Cast<DictionaryEntry>().Select(Requirement)) : value?.ToString()).ToString();
        }
        catch (FormatException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }

    private static string Requirement(DictionaryEntry entry) => (entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value) switch
    {
        true => $"{entry.Key}",
        false => $"!{entry.Key}",
        string or null => $"{entry.Key}={entry.Value}",
        IEnumerable values => $"{entry.Key} in ({string.Join(',', values.Cast<object>())})",
        _ => $"{entry.Key}={entry.Value}",
    };
}
