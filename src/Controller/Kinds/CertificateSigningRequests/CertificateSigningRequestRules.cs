using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.CertificateSigningRequests;

internal sealed class CertificateSigningRequestRules : KindRules<V1CertificateSigningRequest>
{
    protected override void PrepareCreate(V1CertificateSigningRequest item) => item.Status = new V1CertificateSigningRequestStatus();

    protected override void Validate(V1CertificateSigningRequest item, FieldErrors errors)
    {
        if (item.Spec?.Request is not { Length: > 0 } request)
        {
            errors.Required("spec.request");
        }
        else if (!IsRequest(request))
        {
            errors.Invalid("spec.request", "(bytes)", "must be a PEM block of type CERTIFICATE REQUEST with a valid signature");
        }
        if (string.IsNullOrEmpty(item.Spec?.SignerName))
        {
            errors.Required("spec.signerName");
        }
        if (item.Spec?.Usages is not { Count: > 0 })
        {
            errors.Required("spec.usages");
        }
        if (item.Spec?.ExpirationSeconds is < 600)
        {
            errors.Invalid("spec.expirationSeconds", item.Spec.ExpirationSeconds, "may not specify a duration less than 600 seconds (10 minutes)");
        }
    }

    protected override void ValidateUpdate(V1CertificateSigningRequest item, V1CertificateSigningRequest old, FieldErrors errors)
    {
        if (!System.Text.Json.Nodes.JsonNode.DeepEquals(ModelJson.ToTree(item)["spec"], ModelJson.ToTree(old)["spec"]))
        {
            errors.Forbidden("spec", "the spec of a request is immutable");
        }
    }

    private static bool IsRequest(byte[] pem)
    {
        try
        {
            CertificateRequest.LoadSigningRequestPem(Encoding.ASCII.GetString(pem), HashAlgorithmName.SHA256);
            return true;
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
