using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orchestrator.Controller.Kinds.CustomResourceDefinitions;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Schema;

namespace Orchestrator.Controller.Admission;

/// <summary>
/// What every write passes on its way to the store: shape, server-set metadata, defaults, then validation that collects all causes.
/// Trees go in and come out; neither the store nor HTTP is known here.
/// </summary>
internal sealed class AdmissionChain(KindRegistry registry, TimeProvider time)
{
    private const string SuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    private const int MaxGeneratedBase = 63 - SuffixLength;

    /// <summary>Drops or refuses unknown and duplicate fields and checks that the body is of the kind it was sent to.</summary>
    public static JsonObject CheckShape(ResourceKind kind, JsonObject tree, IReadOnlyList<string> duplicates, WriteOptions options)
    {
        Expect(tree, "apiVersion", kind.ApiVersion, "API version");
        Expect(tree, "kind", kind.Kind, "kind");
        var problems = duplicates.Select(field => $"duplicate field \"{field}\"")
            .Concat((kind is CustomResourceKind custom ? SchemaPruning.Prune(tree, custom.Structure) : SchemaChecker.Prune(tree, kind.Schema)).Select(field => $"unknown field \"{field}\"")).ToArray();
        if (problems.Length > 0 && options.FieldValidation == FieldValidation.Strict)
        {
            throw ApiException.BadRequest(
                $"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: strict decoding error: {string.Join(", ", problems)}");
        }
        if (options.FieldValidation == FieldValidation.Warn && options.Warn is { } warn)
        {
            Array.ForEach(problems, warn);
        }
        return tree;
    }

    public JsonObject Create(ResourceKind kind, string? @namespace, JsonObject tree, bool keepUid = false)
    {
        var rules = registry[kind];
        var metadata = Metadata(tree);
        if (metadata["resourceVersion"]?.GetValue<string>() is { Length: > 0 })
        {
            throw ApiException.BadRequest("resourceVersion should not be set on objects to be created");
        }
        (tree["apiVersion"], tree["kind"]) = (kind.ApiVersion, kind.Kind);
        SetNamespace(kind, @namespace, metadata);
        if (metadata["name"] is null && metadata["generateName"]?.GetValue<string>() is { Length: > 0 } prefix)
        {
            metadata["name"] = GenerateName(prefix);
        }
        foreach (var name in new[] { "resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "managedFields" })
        {
            metadata.Remove(name);
        }
        if (!keepUid)
        {
            metadata["uid"] = Guid.NewGuid().ToString();
        }
        metadata["creationTimestamp"] = Timestamp.Seconds(time.GetUtcNow());
        if (rules.CountsGenerations)
        {
            metadata["generation"] = 1;
        }
        if (kind.HasSubresource("status") && !rules.TakesStatusOnCreate)
        {
            tree.Remove("status");
        }
        var item = Decode(kind, tree);
        rules.PrepareCreate(item);
        rules.Default(item);
        var errors = new FieldErrors();
        MetadataRules.Validate(Meta(item), rules, errors);
        rules.Validate(item, errors);
        errors.ThrowIfAny(kind, Meta(item).Name ?? "");
        return ToTree(item);
    }

    /// <summary>A write of the object but for its status.</summary>
    public JsonObject Update(ResourceKind kind, JsonObject tree, JsonObject old)
    {
        var rules = registry[kind];
        CarryMetadata(kind, tree, old);
        if (kind.HasSubresource("status"))
        {
            Carry(tree, old, "status");
        }
        var (item, previous) = (Decode(kind, tree), Decode(kind, old));
        rules.PrepareUpdate(item, previous);
        rules.Default(item);
        var errors = new FieldErrors();
        MetadataRules.Validate(Meta(item), rules, errors);
        CheckFinalizers(Meta(item), Meta(previous), errors);
        rules.Validate(item, errors);
        rules.ValidateUpdate(item, previous, errors);
        errors.ThrowIfAny(kind, Meta(item).Name);
        var result = ToTree(item);
        if (rules.CountsGenerations && rules.IsNewGeneration(result, ToTree(previous)))
        {
            result["metadata"]!["generation"] = (Meta(previous).Generation ?? 0) + 1; // A decoded object has metadata.
        }
        return result;
    }

    /// <summary>A write of the status alone: all else stays as it is.</summary>
    /// <exception cref="ApiException">Conflict: the status is that of an earlier object of the name.</exception>
    public JsonObject UpdateStatus(ResourceKind kind, JsonObject tree, JsonObject old)
    {
        CheckUid(kind, Metadata(tree), Metadata(old));
        var result = (JsonObject)old.DeepClone();
        Carry(result, tree, "status");
        var rules = registry[kind];
        var (item, previous) = (Decode(kind, result), Decode(kind, old));
        var errors = new FieldErrors();
        rules.ValidateStatus(item, previous, errors);
        errors.ThrowIfAny(kind, Meta(item).Name);
        return ToTree(item);
    }

    public static JsonObject Metadata(JsonObject tree)
    {
        if (tree["metadata"] is not JsonObject metadata)
        {
            tree["metadata"] = metadata = [];
        }
        return metadata;
    }

    private static void CarryMetadata(ResourceKind kind, JsonObject tree, JsonObject old)
    {
        var (metadata, before) = (Metadata(tree), Metadata(old));
        CheckUid(kind, metadata, before);
        foreach (var field in new[] { "uid", "name", "namespace", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "generateName" })
        {
            Carry(metadata, before, field);
        }
        foreach (var field in new[] { "resourceVersion", "selfLink", "managedFields" })
        {
            metadata.Remove(field);
        }
        tree["apiVersion"] = kind.ApiVersion;
        tree["kind"] = kind.Kind;
    }

    private static void CheckUid(ResourceKind kind, JsonObject metadata, JsonObject before)
    {
        var (uid, oldUid) = (metadata["uid"]?.GetValue<string>(), before["uid"]?.GetValue<string>());
        if (!string.IsNullOrEmpty(uid) && uid != oldUid)
        {
            throw ApiException.Conflict(kind, before["name"]?.GetValue<string>() ?? "", $"Precondition failed: UID in precondition: {uid}, UID in object meta: {oldUid}");
        }
    }

    private static void CheckFinalizers(V1ObjectMeta metadata, V1ObjectMeta old, FieldErrors errors)
    {
        var added = (metadata.Finalizers ?? []).Except(old.Finalizers ?? []).ToArray();
        if (old.DeletionTimestamp is not null && added.Length > 0)
        {
            errors.Forbidden("metadata.finalizers",
                $"no new finalizers can be added if the object is being deleted, found new finalizers {string.Join(", ", added)}");
        }
    }

    private static void SetNamespace(ResourceKind kind, string? @namespace, JsonObject metadata)
    {
        if (!kind.Namespaced)
        {
            if (metadata["namespace"]?.GetValue<string>() is { Length: > 0 })
            {
                throw ApiException.BadRequest($"namespace must not be set on a {kind.Kind}: the kind is cluster-scoped");
            }
            metadata.Remove("namespace");
            return;
        }
        var given = metadata["namespace"]?.GetValue<string>();
        if (!string.IsNullOrEmpty(given) && given != @namespace)
        {
            throw ApiException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
        metadata["namespace"] = @namespace;
    }

    private static void Expect(JsonObject tree, string field, string expected, string what)
    {
        var given = tree[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        if (!string.IsNullOrEmpty(given) && given != expected)
        {
            throw ApiException.BadRequest($"the {what} in the data ({given}) does not match the expected {what} ({expected})");
        }
        tree[field] = expected;
    }

    private static void Carry(JsonObject to, JsonObject from, string field)
    {
        if (from[field] is { } value)
        {
            to[field] = value.DeepClone();
        }
        else
        {
            to.Remove(field);
        }
    }

    /// <exception cref="ApiException">BadRequest: a field has the wrong type.</exception>
    public static object Decode(ResourceKind kind, JsonObject tree)
    {
        try
        {
            return kind is CustomResourceKind ? new CustomObject(tree) : ModelJson.Decode(tree, kind.ClrType);
        }
        catch (Exception problem) when (problem is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            throw ApiException.BadRequest($"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: {problem.Message}");
        }
    }

    private static JsonObject ToTree(object item) => item is CustomObject custom ? custom.ToTree() : ModelJson.ToTree(item);

    private static V1ObjectMeta Meta(object item) => ((IMetadata<V1ObjectMeta>)item).Metadata;

    private static string GenerateName(string prefix) =>
        (prefix.Length > MaxGeneratedBase ? prefix[..MaxGeneratedBase] : prefix) + RandomNumberGenerator.GetString(SuffixAlphabet, SuffixLength);
}
