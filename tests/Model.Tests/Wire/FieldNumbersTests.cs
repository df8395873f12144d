using System.Text.RegularExpressions;
using Orchestrator.Model.Wire;
using Xunit;

namespace Orchestrator.Model.Tests.Wire;

/// <summary>The table of field numbers says what the clients' own descriptors say.</summary>
public sealed partial class FieldNumbersTests
{
    [Fact]
    public void Table_EveryNumber_IsThatOfKubectlsDescriptors()
    {
        var program = KubectlDescriptors.Find();
        Assert.SkipWhen(program is null, "kubectl, whose descriptors this reads, is not installed");
        var messages = KubectlDescriptors.Read(program!); // Skipped without.
        Assert.True(messages.Count > 300, $"only {messages.Count} descriptors were found in {program}");
        var (known, wrong) = (0, new List<string>());
        foreach (var type in FieldNumbers.All.Where(type => !type.StartsWith('+')))
        {
            var (name, version) = (TypeName().Match(type).Groups["name"].Value, TypeName().Match(type).Groups["version"].Value.ToLowerInvariant());
            var candidates = messages[name].Where(message => message.Package.EndsWith($".{version}", StringComparison.Ordinal)).ToArray();
            if (candidates.Length == 0)
            {
                continue;
            }
            // Protobuf names differ from JSON ones in case at most (aPIGroup). Fields that are newer than this kubectl can't be held against it.
            var ours = FieldNumbers.Of(type)!.Where(field => candidates.Any(theirs => theirs.Fields.ContainsKey(field.Key))).ToArray(); // One of all.
            known += ours.Length;
            if (!candidates.Any(theirs => ours.All(field => theirs.Fields.TryGetValue(field.Key, out var name) && (name.Equals(field.Value.Name, StringComparison.OrdinalIgnoreCase) || field.Value.Name.StartsWith('+')))))
            {
                wrong.Add($"{type}: {string.Join(' ', ours.OrderBy(field => field.Key).Select(field => $"{field.Key}:{field.Value.Name}"))}");
            }
        }
        Assert.Empty(wrong);
        Assert.True(known > 1300, $"only {known} fields were found among the descriptors");
    }

    // V1Pod, V1beta1Thing, Corev1Event.
    [GeneratedRegex(@"^(?:[A-Z][a-z]+(?=v\d))?(?<version>[Vv]\d+(?:(?:alpha|beta)\d+)?)(?<name>[A-Z].*)$")]
    private static partial Regex TypeName();
}
