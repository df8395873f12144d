using System.Text;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Admission;

/// <summary>Validation of <c>metadata</c>, the same for every kind.</summary>
internal static class MetadataRules
{
    /// <summary>Keys and values of all annotations together. Source: Kubernetes, TotalAnnotationSizeLimitB.</summary>
    private const int MaxAnnotationBytes = 256 * 1024;

    public static void Validate(V1ObjectMeta metadata, KindRules rules, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(metadata.Name))
        {
            errors.Required("metadata.name", "name or generateName is required");
        }
        else
        {
            errors.Check("metadata.name", metadata.Name, PathSegment(metadata.Name) ?? rules.CheckName(metadata.Name));
        }
        Labels("metadata.labels", metadata.Labels, errors);
        Annotations("metadata.annotations", metadata.Annotations, errors);
        Owners(metadata, errors);
        foreach (var finalizer in metadata.Finalizers ?? [])
        {
            errors.Check("metadata.finalizers", finalizer, NameRules.QualifiedName(finalizer));
        }
    }

    public static void Labels(string field, IDictionary<string, string>? labels, FieldErrors errors)
    {
        foreach (var (key, value) in labels ?? new Dictionary<string, string>())
        {
            errors.Check(field, key, NameRules.QualifiedName(key));
            errors.Check(field, value, NameRules.LabelValue(value));
        }
    }

    public static void Annotations(string field, IDictionary<string, string>? annotations, FieldErrors errors)
    {
        var bytes = 0L;
        foreach (var (key, value) in annotations ?? new Dictionary<string, string>())
        {
            errors.Check(field, key, NameRules.QualifiedName(key.ToLowerInvariant()));
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
        }
        if (bytes > MaxAnnotationBytes)
        {
            errors.TooLong(field, MaxAnnotationBytes);
        }
    }

    private static void Owners(V1ObjectMeta metadata, FieldErrors errors)
    {
        var controllers = 0;
        for (var i = 0; i < (metadata.OwnerReferences?.Count ?? 0); i++)
        {
            var owner = metadata.OwnerReferences![i]; // Counted above.
            var field = $"metadata.ownerReferences[{i}]";
            if (string.IsNullOrEmpty(owner.ApiVersion))
            {
                errors.Required(field + ".apiVersion", "version must not be empty");
            }
            if (string.IsNullOrEmpty(owner.Kind))
            {
                errors.Required(field + ".kind", "must not be empty");
            }
            if (string.IsNullOrEmpty(owner.Name))
            {
                errors.Required(field + ".name", "must not be empty");
            }
            if (string.IsNullOrEmpty(owner.Uid))
            {
                errors.Required(field + ".uid", "must not be empty");
            }
            controllers += owner.Controller == true ? 1 : 0;
        }
        if (controllers > 1)
        {
            errors.Invalid("metadata.ownerReferences", controllers, "Only one reference can have Controller set to true");
        }
    }

    /// <summary>What no name may be, because it must fit one segment of a URL.</summary>
    private static string? PathSegment(string name) => name is "." or ".." ? $"may not be '{name}'"
        : name.Contains('/', StringComparison.Ordinal) ? "may not contain '/'"
        : name.Contains('%', StringComparison.Ordinal) ? "may not contain '%'"
        : null;
}
