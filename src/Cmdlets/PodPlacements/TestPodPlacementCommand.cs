using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model.Scheduling;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Asks the scheduler where a pod would go, and why not elsewhere: of a manifest, of an object, or of what the parameters describe. Writes one object
/// a node, the best first. Nothing is created.
/// </summary>
/// <example><code>Test-PodPlacement ./web.yaml | Where-Object Fits</code></example>
/// <example><code>Test-PodPlacement -Image shop/web:v1 -Cpu 2 -Memory 1Gi -NodeSelector @{ disk = 'ssd' }</code></example>
[Cmdlet(VerbsDiagnostic.Test, "PodPlacement", DefaultParameterSetName = "Path")]
[OutputType(typeof(PodPlacement))]
public sealed class TestPodPlacementCommand : NamespacedCmdlet
{
    /// <summary>Manifest files and folders, with wildcards; of a workload, its template counts.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path")]
    [Alias("FullName", "f")]
    [SupportsWildcards]
    public string[]? Path { get; set; }

    /// <summary>A manifest's text, a hashtable, a file, or what a Get-X wrote.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Image")]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>Requested processor time, such as <c>250m</c>.</summary>
    [Parameter(ParameterSetName = "Image")]
    public string? Cpu { get; set; }

    /// <summary>Requested memory, such as <c>64Mi</c>.</summary>
    [Parameter(ParameterSetName = "Image")]
    public string? Memory { get; set; }

    /// <summary>Labels that a node must have, as a dictionary or as <c>key=value</c>.</summary>
    [Parameter(ParameterSetName = "Image")]
    [KeyValueTransformation]
    public System.Collections.IDictionary? NodeSelector { get; set; }

    /// <summary><c>process</c> or <c>docker</c>; without it, the node's own.</summary>
    [Parameter(ParameterSetName = "Image")]
    [ArgumentCompletions("process", "docker")]
    public string? RuntimeClassName { get; set; }

    protected override async Task ProcessAsync()
    {
        if (Image is not null)
        {
            await TryAsync(Image, () => ReviewAsync(Image, Describe(Image), null));
            return;
        }

        foreach (var path in Path ?? [])
        {
            await TryAsync(path, async () =>
            {
                foreach (var file in InputFiles.Resolve(this, [path]).SelectMany(found => ManifestReader.Files(found, recurse: false)).ToArray())
                {
                    await ReviewAsync(await File.ReadAllTextAsync(file, Cancellation), file);
                }
            });
        }

        switch (InputObject?.BaseObject)
        {
            case null:
                break;
            case string text:
                await TryAsync("pipeline text", () => ReviewAsync(text, "pipeline text"));
                break;
            case FileInfo file:
                await TryAsync(file, async () => await ReviewAsync(await File.ReadAllTextAsync(file.FullName, Cancellation), file.Name));
                break;
            case ClusterObject item:
                await TryAsync(item, () => ReviewAsync(JsonToPSObject.ToJson(InputObject) as JsonObject ?? [], $"{item.Kind} {item.Name}"));
                break;
            default:
                await TryAsync(InputObject, () => ReviewAsync(JsonToPSObject.ToJson(InputObject) as JsonObject
                    ?? throw ClusterException.Manifest("pipeline object", "is not an object"), "pipeline object"));
                break;
        }
    }

    private async Task ReviewAsync(string text, string source)
    {
        foreach (var document in ManifestReader.Parse(text, source).SelectMany(document => document.Flatten()).ToArray())
        {
            await ReviewAsync(document.Body, document.Source);
        }
    }

    private async Task ReviewAsync(JsonObject item, string source)
    {
        if (PodTemplateFinder.Find(item) is not { } template)
        {
            WriteVerbose($"{source}: a {(string?)item["kind"]} makes no pods.");
            return;
        }

        await ReviewAsync($"{(string?)item["kind"]}/{(string?)item["metadata"]?["name"]}", template, (string?)item["metadata"]?["namespace"]);
    }

    private async Task ReviewAsync(string subject, JsonObject template, string? @namespace)
    {
        var review = new JsonObject
        {
            ["apiVersion"] = PlacementReviewKind.Kind.ApiVersion, ["kind"] = PlacementReviewKind.Kind.Kind, ["spec"] = new JsonObject { ["template"] = template },
        };
        var where = string.IsNullOrEmpty(Namespace) && !string.IsNullOrEmpty(@namespace) ? @namespace : EffectiveNamespace;
        var status = (await Client.CreateAsync(PlacementReviewKind.Kind, where, review, WriteMode.Real, Cancellation))["status"];
        var chosen = (string?)status?["nodeName"];
        foreach (var node in (status?["nodes"] as JsonArray ?? []).OfType<JsonObject>().OrderByDescending(node => (string?)node["name"] == chosen))
        {
            WriteObject(new PodPlacement(subject, node, chosen));
        }

        if (chosen is null)
        {
            var victims = (status?["preemption"]?["victims"] as JsonArray ?? []).Select(victim => (string?)victim).ToArray();
            WriteWarning($"{subject} would wait: {(string?)status?["message"]}"
                + (victims.Length == 0 ? "" : $" Node {(string?)status?["preemption"]?["nodeName"]} would be cleared of {string.Join(", ", victims)}."));
        }
    }

    private JsonObject Describe(string image)
    {
        var requests = new JsonObject();
        foreach (var (name, amount) in new[] { ("cpu", Cpu), ("memory", Memory) })
        {
            if (amount is not null)
            {
                requests[name] = amount;
            }
        }

        var spec = new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = image, ["resources"] = new JsonObject { ["requests"] = requests } }),
        };
        if (NodeSelector is not null)
        {
            var labels = new JsonObject();
            foreach (System.Collections.DictionaryEntry label in NodeSelector)
            {
                labels[label.Key.ToString() ?? ""] = LanguagePrimitives.ConvertTo<string>(label.Value) ?? "";
            }

            spec["nodeSelector"] = labels;
        }

        if (RuntimeClassName is not null)
        {
            spec["runtimeClassName"] = RuntimeClassName;
        }

        return new() { ["spec"] = spec };
    }
}
