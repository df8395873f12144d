using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Admission;

/// <summary>What one kind adds to the generic write path. Pure: no clock, no store, no I/O.</summary>
internal abstract class KindRules
{
    public abstract ResourceKind Kind { get; }

    /// <summary>True where <c>metadata.generation</c> counts changes of <c>spec</c>.</summary>
    public virtual bool CountsGenerations => false;

    /// <summary>True where a client may set <c>status</c> as it creates the object (a Node registers with its status).</summary>
    public virtual bool TakesStatusOnCreate => false;

    /// <summary>True where deletion is a request that the object's keeper carries out (pods, namespaces).</summary>
    public virtual bool DeletesGracefully => false;

    /// <summary>The rule for <c>metadata.name</c>: null, or what is wrong with it.</summary>
    public virtual string? CheckName(string name) => NameRules.DnsSubdomain(name);

    public abstract void PrepareCreate(object item);
    public abstract void PrepareUpdate(object item, object old);
    public abstract void Default(object item);
    public abstract void Validate(object item, FieldErrors errors);
    public abstract void ValidateUpdate(object item, object old, FieldErrors errors);
    public abstract void ValidateStatus(object item, object old, FieldErrors errors);

    /// <summary>Whether a write changes what is wanted, which is what generations count.</summary>
    public virtual bool IsNewGeneration(JsonObject tree, JsonObject old) => !JsonNode.DeepEquals(tree["spec"], old["spec"]);
}

/// <inheritdoc/>
internal abstract class KindRules<T> : KindRules where T : class, IKubernetesObject<V1ObjectMeta>
{
    public override ResourceKind Kind { get; } = Catalog.ForType<T>();

    /// <summary>Sets what only the server sets on a new object.</summary>
    protected virtual void PrepareCreate(T item)
    {
    }

    /// <summary>Carries over what a writer of the object (not of its status) may not change.</summary>
    protected virtual void PrepareUpdate(T item, T old)
    {
    }

    protected virtual void Default(T item)
    {
    }

    protected virtual void Validate(T item, FieldErrors errors)
    {
    }

    protected virtual void ValidateUpdate(T item, T old, FieldErrors errors)
    {
    }

    protected virtual void ValidateStatus(T item, T old, FieldErrors errors)
    {
    }

    public sealed override void PrepareCreate(object item) => PrepareCreate((T)item);
    public sealed override void PrepareUpdate(object item, object old) => PrepareUpdate((T)item, (T)old);
    public sealed override void Default(object item) => Default((T)item);
    public sealed override void Validate(object item, FieldErrors errors) => Validate((T)item, errors);
    public sealed override void ValidateUpdate(object item, object old, FieldErrors errors) => ValidateUpdate((T)item, (T)old, errors);
    public sealed override void ValidateStatus(object item, object old, FieldErrors errors) => ValidateStatus((T)item, (T)old, errors);
}
