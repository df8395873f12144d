using System.Text;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.ConfigMaps;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Secrets;

internal sealed class SecretRules : KindRules<V1Secret>
{
    private static readonly Dictionary<string, string[]> RequiredKeys = new(StringComparer.Ordinal)
    {
        ["kubernetes.io/dockercfg"] = [".dockercfg"],
        ["kubernetes.io/dockerconfigjson"] = [".dockerconfigjson"],
        ["kubernetes.io/ssh-auth"] = ["ssh-privatekey"],
        ["kubernetes.io/tls"] = ["tls.crt", "tls.key"],
    };

    protected override void Default(V1Secret item)
    {
        item.Type = string.IsNullOrEmpty(item.Type) ? "Opaque" : item.Type;
        if (item.StringData is null)
        {
            return;
        }
        // stringData is write-only: it is folded into data and never stored as text.
        item.Data ??= new Dictionary<string, byte[]>();
        foreach (var (key, value) in item.StringData)
        {
            item.Data[key] = Encoding.UTF8.GetBytes(value ?? "");
        }
        item.StringData = null;
    }

    protected override void Validate(V1Secret item, FieldErrors errors)
    {
        var bytes = 0L;
        foreach (var (key, value) in item.Data ?? new Dictionary<string, byte[]>())
        {
            errors.Check($"data[{key}]", key, NameRules.DataKey(key));
            bytes += value?.Length ?? 0;
        }
        if (bytes > ConfigMapRules.MaxBytes)
        {
            errors.TooLong("data", ConfigMapRules.MaxBytes);
        }
        foreach (var key in RequiredKeys.GetValueOrDefault(item.Type, []).Where(key => item.Data?.ContainsKey(key) != true))
        {
            errors.Required($"data[{key}]");
        }
        if (item.Type == "kubernetes.io/basic-auth" && item.Data?.ContainsKey("username") != true && item.Data?.ContainsKey("password") != true)
        {
            errors.Required("data[username]", "username or password");
        }
    }

    protected override void ValidateUpdate(V1Secret item, V1Secret old, FieldErrors errors)
    {
        if (item.Type != old.Type)
        {
            errors.Invalid("type", item.Type, "field is immutable");
        }
        if (old.Immutable == true)
        {
            if (item.Immutable != true)
            {
                errors.Forbidden("immutable", "field is immutable when `immutable` is set");
            }
            if (!ConfigMapRules.Same(item.Data, old.Data, static (a, b) => a.AsSpan().SequenceEqual(b)))
            {
                errors.Forbidden("data", "field is immutable when `immutable` is set");
            }
        }
    }
}
