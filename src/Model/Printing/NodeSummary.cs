using k8s.Models;

namespace Orchestrator.Model.Printing;

/// <summary>What a row about a node says.</summary>
public static class NodeSummary
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static string Status(V1Node node)
    {
        var ready = (node.Status?.Conditions ?? []).FirstOrDefault(condition => condition.Type == "Ready");
        var text = ready is null ? "Unknown" : ready.Status == "True" ? "Ready" : "NotReady";
        return node.Spec?.Unschedulable == true ? text + ",SchedulingDisabled" : text;
    }

    public static string Roles(V1Node node)
    {
        var roles = (node.Metadata.Labels ?? new Dictionary<string, string>()).Keys
            .Where(key => key.StartsWith(RolePrefix, StringComparison.Ordinal) && key.Length > RolePrefix.Length)
            .Select(key => key[RolePrefix.Length..]).Order(StringComparer.Ordinal).ToArray();
        return roles.Length == 0 ? "<none>" : string.Join(',', roles);
    }

    public static string Address(V1Node node, string type) =>
        (node.Status?.Addresses ?? []).FirstOrDefault(address => address.Type == type)?.Address ?? "<none>";
}
