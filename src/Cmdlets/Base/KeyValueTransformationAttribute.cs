using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Takes keys and values as a dictionary (<c>@{ app = 'web' }</c>) or as texts (<c>'app=web', 'tier=front'</c>); a later key wins.</summary>
public sealed class KeyValueTransformationAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is null or IDictionary ? value : Parse(LanguagePrimitives.GetEnumerable(value) ?? new[] { value });
    }

    private static OrderedDictionary Parse(IEnumerable items)
    {
        var map = new OrderedDictionary();
        foreach (var item in items)
        {
            var text = item?.ToString() ?? "";
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            map[equals > 0 ? text[..equals] : throw new ArgumentTransformationMetadataException($"\"{text}\" is not of the form key=value.")] = text[(equals + 1)..];
        }

        return map;
    }
}
