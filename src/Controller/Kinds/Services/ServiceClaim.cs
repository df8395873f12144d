using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>Addresses and ports that a write is about to take. Nobody else gets them until it is disposed: by then they are in the store, or free.</summary>
/// <param name="owner">Who keeps the claims.</param>
/// <param name="key">The service.</param>
/// <param name="holdings">What it will hold.</param>
/// <param name="tree">The service with it.</param>
internal sealed class ServiceClaim(ServiceAddresses owner, ObjectKey key, ServiceHoldings holdings, JsonObject tree) : IDisposable
{
    public ObjectKey Key { get; } = key;
    public ServiceHoldings Holdings { get; } = holdings;
    public JsonObject Tree { get; } = tree;

    public void Dispose() => owner.Release(this);
}
