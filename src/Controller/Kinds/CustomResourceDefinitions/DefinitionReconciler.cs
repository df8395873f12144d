using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>Accepts a definition's names, from when on its kind is served; and when it is deleted, removes its objects before it goes.</summary>
internal sealed class DefinitionReconciler(ObjectApi api, Deletion deletion, ServedKinds kinds) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1CustomResourceDefinition>();
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource];

    // One at a time: two that want the same name are judged one after the other.
    public override int Workers => 1;

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) => change.Type == ChangeType.Deleted
        // Its names are free.
        ? api.Cache.List(new(Kind.GroupResource)).Items.Select(item => item.Key)
        : [change.Object.Key];

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1CustomResourceDefinition>() is not { } definition)
        {
            return null;
        }
        if (definition.Metadata.DeletionTimestamp is not null)
        {
            return await EmptyAsync(definition, cancellationToken).ConfigureAwait(false);
        }
        var conflict = Conflict(definition);
        var status = Status(definition, conflict);
        if (!JsonNode.DeepEquals(ModelJson.ToTree(status), ModelJson.ToTree(definition.Status ?? new())))
        {
            await api.UpdateAsync(Kind, null, key.Name, status: true, current =>
            {
                current["status"] = ModelJson.ToTree(status);
                return current;
            }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }

    private async Task<TimeSpan?> EmptyAsync(V1CustomResourceDefinition definition, CancellationToken cancellationToken)
    {
        if (definition.Metadata.Finalizers?.Contains(CustomResourceDefinitionRules.Cleanup) != true)
        {
            return null;
        }
        if (kinds.ForResource(definition.Metadata.Name) is { } custom)
        {
            var left = 0;
            foreach (var item in api.Cache.List(new(custom.GroupResource)).Items)
            {
                try
                {
                    left += (await deletion.DeleteAsync(custom, item.Key.Namespace, item.Key.Name, DeleteRequest.Default, cancellationToken).ConfigureAwait(false)).Gone ? 0 : 1;
                }
                catch (ApiException problem) when (problem.Reason == StatusReason.NotFound)
                {
                    // Somebody else removed it.
                }
            }
            if (left > 0)
            {
                // Finalizers hold some.
                return LookAgain;
            }
        }
        await api.UpdateAsync(Kind, null, definition.Metadata.Name, status: false, current =>
        {
            var metadata = AdmissionChain.Metadata(current);
            metadata["finalizers"] = new JsonArray([.. (metadata["finalizers"] as JsonArray ?? []).Where(name => (string?)name != CustomResourceDefinitionRules.Cleanup).Select(name => name?.DeepClone())]);
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>A name that another kind of the group has; null when all are free.</summary>
    private string? Conflict(V1CustomResourceDefinition definition)
    {
        var names = definition.Spec.Names;
        string[] own = [names.Plural, names.Singular, .. names.ShortNames ?? []];
        var others = kinds.Served.Where(kind => kind.Group == definition.Spec.Group && kind.Plural != names.Plural).ToArray();
        return own.FirstOrDefault(name => others.Any(kind => kind.Plural == name || kind.Singular == name || kind.ShortNames.Contains(name))) is { } taken ? $"\"{taken}\" is already in use"
            : others.Any(kind => kind.Kind == names.Kind || kind.ListKind == names.ListKind) ? $"\"{names.Kind}\" is already in use" : null;
    }

    private V1CustomResourceDefinitionStatus Status(V1CustomResourceDefinition definition, string? conflict)
    {
        var old = definition.Status ?? new();
        var wasEstablished = old.Conditions?.Any(condition => condition is { Type: DefinitionReader.Established, Status: "True" }) == true;
        var established = wasEstablished || conflict is null;
        var storage = definition.Spec.Versions.Single(version => version.Storage).Name;
        return new()
        {
            AcceptedNames = conflict is null ? definition.Spec.Names : old.AcceptedNames ?? new() { Kind = "", Plural = "" },
            StoredVersions = [.. (old.StoredVersions ?? []).Append(storage).Distinct()],
            Conditions =
            [
                Condition(old, "NamesAccepted", conflict is null, conflict is null ? "NoConflicts" : "NameConflict", conflict ?? "no conflicts found"),
                Condition(old, DefinitionReader.Established, established, established ? "InitialNamesAccepted" : "NotAccepted", established ? "the initial names have been accepted" : "not all names are accepted"),
            ],
        };
    }

    private V1CustomResourceDefinitionCondition Condition(V1CustomResourceDefinitionStatus old, string type, bool holds, string reason, string message)
    {
        var status = holds ? "True" : "False";
        var before = old.Conditions?.FirstOrDefault(condition => condition.Type == type);
        return before is { } same && (same.Status, same.Reason, same.Message) == (status, reason, message) ? same
            : new() { Type = type, Status = status, Reason = reason, Message = message, LastTransitionTime = api.Time.GetUtcNow().UtcDateTime };
    }
}
