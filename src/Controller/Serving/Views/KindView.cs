using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Views;

/// <summary>
/// A kind served a second time, in another version or group: its objects are stored in one form only, and turned into the other on their
/// way in and out. Nothing is lost by a round trip.
/// </summary>
internal abstract class KindView
{
    /// <summary>The form that clients of this view see.</summary>
    public abstract ResourceKind Served { get; }

    /// <summary>The form in the store.</summary>
    public abstract ResourceKind Stored { get; }

    /// <summary>The stored field behind a selectable field of the view.</summary>
    public virtual string StoredField(string field) => field;

    /// <summary>A written object in its stored form.</summary>
    /// <exception cref="ApiException">It cannot be: a field has the wrong type, or a value that the stored form has no place for.</exception>
    public abstract JsonObject ToStored(JsonObject tree, bool creating);

    public abstract JsonObject ToServed(JsonObject tree);

    public virtual byte[] Bytes(CachedObject item) => ModelJson.Encode(ToServed(JsonTree.ParseObject(item.Bytes)));
}

/// <summary>A view between two types of the model.</summary>
internal abstract class KindView<TServed, TStored>(ResourceKind served) : KindView
    where TServed : class, IKubernetesObject<V1ObjectMeta>
    where TStored : class, IKubernetesObject<V1ObjectMeta>
{
    public override ResourceKind Served { get; } = served;

    public override ResourceKind Stored { get; } = Catalog.ForType<TStored>();

    public override JsonObject ToStored(JsonObject tree, bool creating)
    {
        var item = (TServed)AdmissionChain.Decode(Served, tree);
        item.Metadata ??= new();
        var errors = new FieldErrors();
        var stored = Store(item, creating, errors);
        errors.ThrowIfAny(Served, item.Metadata.Name ?? item.Metadata.GenerateName ?? "");
        (stored.ApiVersion, stored.Kind, stored.Metadata) = (Stored.ApiVersion, Stored.Kind, item.Metadata);
        return ModelJson.ToTree(stored);
    }

    public override JsonObject ToServed(JsonObject tree)
    {
        var item = ModelJson.Decode<TStored>(ModelJson.Encode(tree));
        var served = Serve(item);
        (served.ApiVersion, served.Kind, served.Metadata) = (Served.ApiVersion, Served.Kind, item.Metadata);
        return ModelJson.ToTree(served);
    }

    /// <summary>The stored form of all but the type and the metadata; what the view keeps in annotations is taken out of them.</summary>
    protected abstract TStored Store(TServed item, bool creating, FieldErrors errors);

    /// <summary>The served form of all but the type and the metadata; what it has no field for goes into annotations.</summary>
    protected abstract TServed Serve(TStored item);
}
