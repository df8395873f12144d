using k8s.Models;

namespace Orchestrator.Agent.Daemons;

/// <summary>What the placing of DaemonSets asks of the API.</summary>
internal interface IDaemonApi
{
    /// <returns>False when a pod of that name is there already.</returns>
    /// <exception cref="DaemonRefusedException">The controller will not have this pod now; the message says why.</exception>
    Task<bool> CreateAsync(V1Pod pod, CancellationToken cancellationToken);

    /// <summary>Removes the object of a pod that has ended here; succeeds when it is gone already.</summary>
    Task DeleteAsync(V1Pod pod, CancellationToken cancellationToken);
}

internal sealed class DaemonRefusedException(string message, Exception inner) : Exception(message, inner);
