using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using k8s.Models;
using Orchestrator.Controller.Kinds.CustomResourceDefinitions;
using Orchestrator.Controller.Serving.Views;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds;

/// <summary>All kinds there are at this moment: those of the catalogue, and those that CustomResourceDefinitions make. Each state of a definition is read once.</summary>
internal sealed class ServedKinds(ObjectCache cache)
{
    public static readonly string Definitions = Catalog.ForType<V1CustomResourceDefinition>().GroupResource;
    private readonly ConditionalWeakTable<CachedObject, StrongBox<ImmutableArray<CustomResourceKind>>> _read = [];

    /// <summary>Every version that is served of every custom resource.</summary>
    public IEnumerable<CustomResourceKind> Custom => cache.List(new(Definitions)).Items.SelectMany(item => Read(item));

    /// <summary>One kind for each sort of object that is stored.</summary>
    public IEnumerable<ResourceKind> Stored => Catalog.All.Concat(cache.List(new(Definitions)).Items.Select(item => Read(item)).Where(versions => !versions.IsEmpty).Select(versions => versions[0]));

    /// <summary>Everything with a path of its own.</summary>
    public IEnumerable<ResourceKind> Served => KindViews.Served.Concat(Custom);

    /// <summary>The kind served at a path, and the other form in which it is served there.</summary>
    public (ResourceKind Kind, KindView? View)? Find(string group, string version, string plural) => FindFixed(group, version, plural)
        ?? (Versions($"{plural}.{group}").FirstOrDefault(kind => kind.Version == version) is { } custom ? (custom, new CustomVersionView(custom)) : null);

    /// <summary>The same of kinds that are always there.</summary>
    public static (ResourceKind Kind, KindView? View)? FindFixed(string group, string version, string plural) =>
        KindViews.Find(group, version, plural) is { } view ? (view.Stored, view)
        : Catalog.Find(group, version, plural) is { } known ? (known, null) : null;

    public ResourceKind? ForResource(string groupResource) => Catalog.ForResource(groupResource) ?? Versions(groupResource).FirstOrDefault();

    public ResourceKind? ForKind(string apiVersion, string kind) =>
        Catalog.ForKind(apiVersion, kind) ?? Custom.FirstOrDefault(custom => custom.Kind == kind && custom.ApiVersion == apiVersion);

    private ImmutableArray<CustomResourceKind> Versions(string name) => cache.Get(new(Definitions, "", name)) is { } item ? Read(item) : [];

    private ImmutableArray<CustomResourceKind> Read(CachedObject item) => _read.GetValue(item, static state => new(DefinitionReader.Read(state))).Value;
}
