using System.Text.Json.Nodes;
using k8s.Models;

namespace Orchestrator.Cmdlets;

/// <summary>A Deployment's revisions, read from the ReplicaSets that it owns.</summary>
internal static class DeploymentHistory
{
    /// <summary>Oldest first.</summary>
    public static async Task<IReadOnlyList<DeploymentRevision>> ReadAsync(
        ClusterClient client, Deployment deployment, CancellationToken cancellationToken)
    {
        var uid = ((V1Deployment)deployment.Object).Metadata.Uid;
        var owned = new List<ReplicaSet>();
        await foreach (var item in client.ListAsync(Kinds.ReplicaSet, deployment.Namespace, new ListQuery(deployment.Selector), cancellationToken))
        {
            if ((item["metadata"]?["ownerReferences"] as JsonArray ?? []).Any(owner => (string?)owner?["uid"] == uid))
            {
                owned.Add((ReplicaSet)ObjectFactory.Create(Kinds.ReplicaSet, item, client.Context.Name));
            }
        }

        return
        [
            .. owned.OrderBy(DeploymentRevision.Number)
                .Select(set => new DeploymentRevision(set, deployment.Name, DeploymentRevision.Number(set) == deployment.Revision)),
        ];
    }
}
