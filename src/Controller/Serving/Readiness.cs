using Orchestrator.Controller.Storage;

namespace Orchestrator.Controller.Serving;

/// <summary>Whether the server takes requests: set once its parts have started, cleared when it stops.</summary>
internal sealed class Readiness(IObjectStore store, IHostApplicationLifetime lifetime)
{
    private volatile bool _ready;

    public bool IsReady
    {
        get => _ready;
        set => _ready = value;
    }

    /// <summary>False after a write that the database did not take, until one that it took.</summary>
    public bool StoreWorks => store.IsWritable;

    public bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;
}
