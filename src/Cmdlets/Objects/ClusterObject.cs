using System.Text.Json.Nodes;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Printing;

namespace Orchestrator.Cmdlets;

/// <summary>An object of the cluster as the pipeline carries it: the API object whole, and what a person wants to see of it.</summary>
public class ClusterObject
{
    private readonly ResourceKind _kind;
    private readonly Lazy<object> _object;

    internal ClusterObject(ResourceKind kind, JsonObject tree, string context)
    {
        (_kind, Tree, Context) = (kind, tree, context);
        _object = new(() => kind.ClrType == typeof(JsonObject) ? JsonToPSObject.Convert(tree)! : ModelJson.Decode(tree, kind.ClrType));
    }

    public string Name => (string?)Tree["metadata"]?["name"] ?? "";

    /// <summary>Empty for objects without one.</summary>
    public string Namespace => (string?)Tree["metadata"]?["namespace"] ?? "";

    public string Kind => _kind.Kind;
    public string ApiVersion => _kind.ApiVersion;

    /// <summary>The context whose cluster it came from; cmdlets that take it from the pipeline go there.</summary>
    public string Context { get; }

    public IReadOnlyDictionary<string, string> Labels => Texts("labels");
    public IReadOnlyDictionary<string, string> Annotations => Texts("annotations");

    /// <summary>UTC.</summary>
    public DateTime? CreationTimestamp => Timestamp.TryParse((string?)Tree["metadata"]?["creationTimestamp"], out var time) ? time.UtcDateTime : null;

    /// <summary>Time since it was created, in whole seconds.</summary>
    public TimeSpan? Age => CreationTimestamp is { } created ? TimeSpan.FromSeconds(Math.Max(0, Math.Floor((Now - created).TotalSeconds))) : null;

    /// <summary>The age as kubectl shows it: <c>5m3s</c>.</summary>
    public string AgeText => HumanDuration.Since(CreationTimestamp, Now);

    /// <summary>The API object: of its <c>k8s.Models</c> type, or a tree of properties for a kind without one.</summary>
    public object Object => _object.Value;

    internal ResourceKind ResourceKind => _kind;

    /// <summary>The object as the server sent it.</summary>
    internal JsonObject Tree { get; }

    private protected static DateTime Now => TimeProvider.System.GetUtcNow().UtcDateTime;

    /// <summary>The object's JSON, indented.</summary>
    public string ToJson() => Tree.ToJsonString(JsonStyle.Indented);

    public override string ToString() => Name;

    private Dictionary<string, string> Texts(string field) =>
        (Tree["metadata"]?[field] as JsonObject ?? []).ToDictionary(pair => pair.Key, pair => (string?)pair.Value ?? "", StringComparer.Ordinal);
}
