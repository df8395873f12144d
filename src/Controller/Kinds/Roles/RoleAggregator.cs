using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Roles;

/// <summary>Gives ClusterRoles with an <c>aggregationRule</c> the rules of those that it selects.</summary>
internal sealed class RoleAggregator(ObjectApi api) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1ClusterRole>();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource];

    public override int Workers => 1;

    // One may be part of what another part of which is: few and small enough to look at all of them.
    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) => Roles().Where(role => role.AggregationRule is not null).Select(role => ObjectKey.Of(Kind, null, role.Metadata.Name));

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1ClusterRole>() is not { Metadata.DeletionTimestamp: null, AggregationRule.ClusterRoleSelectors: { } selectors } role)
        {
            return null;
        }
        var parsed = selectors.Select(LabelSelector.From).ToArray();
        var rules = new List<V1PolicyRule>();
        foreach (var part in Roles().Where(other => other.Metadata.Name != key.Name && parsed.Any(selector => selector.Matches(other.Metadata.Labels)))
            .OrderBy(other => other.Metadata.Name, StringComparer.Ordinal))
        {
            rules.AddRange((part.Rules ?? []).Where(rule => rules.TrueForAll(known => PolicyRules.Show(known) != PolicyRules.Show(rule))));
        }
        var tree = ModelJson.ToTree(new V1ClusterRole { Rules = rules })["rules"];
        if (!JsonNode.DeepEquals(tree, ModelJson.ToTree(new V1ClusterRole { Rules = role.Rules ?? [] })["rules"]))
        {
            await api.UpdateAsync(Kind, null, key.Name, status: false, current =>
            {
                AdmissionChain.Metadata(current)["uid"] = role.Metadata.Uid;
                current["rules"] = tree?.DeepClone();
                return current;
            }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }

    private IEnumerable<V1ClusterRole> Roles() => api.Cache.List(new(Kind.GroupResource)).Items.Select(item => item.Decode<V1ClusterRole>());
}
