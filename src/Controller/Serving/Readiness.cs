namespace Orchestrator.Controller.Serving;

/// <summary>Whether the server takes requests: set once its parts have started, cleared when it stops.</summary>
internal sealed class Readiness
{
    private volatile bool _ready;

    public bool IsReady
    {
        get => _ready;
        set => _ready = value;
    }
}
