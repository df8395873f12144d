using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.CertificateSigningRequests;

/// <summary>
/// Approves and signs the certificates of agents: of one that joins with a bootstrap token, or that renews its own. All else waits for a person.
/// </summary>
internal sealed class SigningReconciler(ObjectApi api, CertificateAuthority authority) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1CertificateSigningRequest>();
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private static readonly string[] Usages = ["client auth", "digital signature", "key encipherment"];

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) => change.Type == ChangeType.Deleted ? [] : [change.Object.Key];

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1CertificateSigningRequest>() is not { } item || item.Status?.Certificate is { Length: > 0 }
            || item.Spec.SignerName is not (WellKnown.KubeletClientSigner or WellKnown.ClientSigner))
        {
            return null;
        }
        var conditions = item.Status?.Conditions ?? [];
        if (conditions.Any(condition => condition.Type is "Denied" or "Failed"))
        {
            return null;
        }
        var request = CertificateRequest.LoadSigningRequestPem(Encoding.ASCII.GetString(item.Spec.Request), HashAlgorithmName.SHA256);
        var ofAgent = item.Spec.SignerName == WellKnown.KubeletClientSigner;
        var approved = conditions.Any(condition => condition.Type == "Approved");
        if (!ofAgent && !approved)
        {
            // A person's own certificate is a person's to approve.
            return null;
        }
        var problem = ofAgent ? Problem(item.Spec, request.SubjectName) : ClientProblem(item.Spec, request.SubjectName);
        if (problem is null && !approved && !MayApprove(item.Spec, request.SubjectName))
        {
            return null;
        }
        await api.UpdateAsync(Kind, null, key.Name, status: true, current =>
        {
            var kept = current["status"]?["conditions"] as JsonArray ?? [];
            current["status"] = problem is null ? Issued(request, item.Spec.ExpirationSeconds, approved ? kept : null) : Refused(problem, kept);
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private JsonObject Issued(CertificateRequest request, int? seconds, JsonArray? approval) => new()
    {
        ["certificate"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(
            authority.SignClient(request, seconds is { } asked && asked < Lifetime.TotalSeconds ? TimeSpan.FromSeconds(asked) : Lifetime) + "\n")),
        ["conditions"] = approval?.DeepClone() ?? new JsonArray(Condition("Approved", "AutoApproved", "Auto approving agent client certificate.")),
    };

    private JsonObject Refused(string problem, JsonArray kept) =>
        new() { ["conditions"] = new JsonArray([.. kept.Select(condition => condition?.DeepClone()), Condition("Failed", "SignerValidationFailure", problem)]) };

    private JsonObject Condition(string type, string reason, string message)
    {
        var now = Timestamp.Seconds(api.Time.GetUtcNow());
        return new() { ["type"] = type, ["status"] = "True", ["reason"] = reason, ["message"] = message, ["lastUpdateTime"] = now, ["lastTransitionTime"] = now };
    }

    /// <summary>A token of a group that may join, or the node itself.</summary>
    private static bool MayApprove(V1CertificateSigningRequestSpec spec, X500DistinguishedName subject) =>
        spec.Groups?.Contains(WellKnown.BootstrapJoinGroup) == true
        || (spec.Groups?.Contains(WellKnown.NodeGroup) == true && spec.Username == Parts(subject, "2.5.4.3").FirstOrDefault());

    /// <summary>Source: Kubernetes documentation, the signer kubernetes.io/kube-apiserver-client-kubelet.</summary>
    private static string? Problem(V1CertificateSigningRequestSpec spec, X500DistinguishedName subject)
    {
        var names = Parts(subject, "2.5.4.3");
        var groups = Parts(subject, "2.5.4.10");
        return groups is not [WellKnown.NodeGroup] ? $"subject organization is not {WellKnown.NodeGroup}"
            : names is not [{ } name] || !name.StartsWith(WellKnown.NodeUserPrefix, StringComparison.Ordinal)
                || NameRules.DnsSubdomain(name[WellKnown.NodeUserPrefix.Length..]) is not null ? $"subject common name does not begin with {WellKnown.NodeUserPrefix} and a node's name"
            : !spec.Usages.Contains("client auth") || spec.Usages.Any(usage => !Usages.Contains(usage)) ? "usages did not match client auth and digital signature"
            : null;
    }

    /// <summary>Source: the same, the signer kubernetes.io/kube-apiserver-client.</summary>
    private static string? ClientProblem(V1CertificateSigningRequestSpec spec, X500DistinguishedName subject) =>
        Parts(subject, "2.5.4.10").Contains(WellKnown.AdminGroup) ? $"use of {WellKnown.ClientSigner} signer with {WellKnown.AdminGroup} group is not allowed"
        : Parts(subject, "2.5.4.3") is not [{ Length: > 0 }] ? "subject common name is required"
        : !spec.Usages.Contains("client auth") || spec.Usages.Any(usage => !Usages.Contains(usage)) ? "usages did not match client auth and digital signature"
        : null;

    private static string[] Parts(X500DistinguishedName subject, string oid) =>
        [.. subject.EnumerateRelativeDistinguishedNames().Where(part => part.GetSingleElementType().Value == oid).Select(part => part.GetSingleElementValue() ?? "")];
}
