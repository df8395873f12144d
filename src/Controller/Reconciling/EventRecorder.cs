using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Reconciling;

/// <summary>
/// Tells people what was done, as Event objects. The same event of the same object is one Event with a count. Telling is best effort: it
/// never fails the work it tells of.
/// </summary>
internal sealed class EventRecorder(ObjectApi api, ILogger<EventRecorder> log)
{
    private const int MaxMessage = 1024;
    private static readonly ResourceKind Kind = Catalog.ForType<Corev1Event>();

    public Task NormalAsync(IKubernetesObject<V1ObjectMeta> about, string component, string reason, string message, CancellationToken cancellationToken) =>
        RecordAsync(about, component, "Normal", reason, message, cancellationToken);

    public Task WarningAsync(IKubernetesObject<V1ObjectMeta> about, string component, string reason, string message, CancellationToken cancellationToken) =>
        RecordAsync(about, component, "Warning", reason, message, cancellationToken);

    private async Task RecordAsync(IKubernetesObject<V1ObjectMeta> about, string component, string type, string reason, string message, CancellationToken cancellationToken)
    {
        message = message.Length > MaxMessage ? message[..MaxMessage] : message;
        var kind = Catalog.ForType(about.GetType());
        var @namespace = string.IsNullOrEmpty(about.Metadata.NamespaceProperty) ? "default" : about.Metadata.NamespaceProperty;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{about.Metadata.Uid}|{type}|{reason}|{message}|{component}"));
        var name = $"{about.Metadata.Name}.{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
        var now = Timestamp.Seconds(api.Time.GetUtcNow());
        try
        {
            if (api.Find(Kind, @namespace, name) is not null)
            {
                await api.UpdateAsync(Kind, @namespace, name, status: false, current =>
                {
                    current["count"] = (int)(current["count"] ?? 0) + 1;
                    current["lastTimestamp"] = now;
                    return current;
                }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
                return;
            }
            await api.CreateAsync(Kind, @namespace, new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Event",
                ["metadata"] = new JsonObject { ["name"] = name },
                ["involvedObject"] = new JsonObject
                {
                    ["apiVersion"] = kind.ApiVersion,
                    ["kind"] = kind.Kind,
                    ["name"] = about.Metadata.Name,
                    ["namespace"] = about.Metadata.NamespaceProperty,
                    ["uid"] = about.Metadata.Uid,
                    ["resourceVersion"] = about.Metadata.ResourceVersion,
                },
                ["reason"] = reason,
                ["message"] = message,
                ["type"] = type,
                ["count"] = 1,
                ["firstTimestamp"] = now,
                ["lastTimestamp"] = now,
                ["source"] = new JsonObject { ["component"] = component },
                ["reportingComponent"] = component,
            }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException problem)
        {
            log.NotTold(reason, about.Metadata.Name, problem.Message);
        }
    }
}
