using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Reconciling;

/// <summary>
/// Brings one object's world in line with what it declares. Level-triggered: told only a key, it reads the state, plans, and acts; it may be
/// called any number of times and be killed at any line.
/// </summary>
internal abstract class Reconciler
{
    /// <summary>Group-resources whose changes matter.</summary>
    public abstract IReadOnlyList<string> Sources { get; }

    /// <summary>Changes of custom resources matter too, of whatever kinds there are.</summary>
    public virtual bool FollowsCustomResources => false;

    /// <summary>Keys worked on at once.</summary>
    public virtual int Workers => 2;

    /// <summary>Which keys a change is about.</summary>
    public abstract IEnumerable<ObjectKey> KeysOf(CachedEvent change);

    /// <returns>When to come back without being told; null for not.</returns>
    public abstract Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken);
}
