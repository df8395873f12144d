using System.Text.Json.Nodes;
using Orchestrator.Controller.Serving.Views;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.CustomResourceDefinitions;

/// <summary>A custom resource as a client of one version sees it: objects that were written in another differ by their apiVersion alone.</summary>
internal sealed class CustomVersionView(ResourceKind kind) : KindView
{
    public override ResourceKind Served => kind;

    public override ResourceKind Stored => kind;

    private readonly byte[] _start = System.Text.Encoding.UTF8.GetBytes($"{{\"apiVersion\":\"{kind.ApiVersion}\",");

    public override byte[] Bytes(CachedObject item) => item.Bytes.AsSpan().StartsWith(_start) ? item.Bytes : base.Bytes(item);

    public override JsonObject ToStored(JsonObject tree, bool creating) => tree;

    public override JsonObject ToServed(JsonObject tree)
    {
        tree["apiVersion"] = kind.ApiVersion;
        return tree;
    }
}
