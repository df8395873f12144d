namespace Orchestrator.Agent.Nodes;

/// <summary>Keeps this machine a node of its cluster: registered, with an address range; registered again when someone deletes its object.</summary>
internal sealed class NodeMembership : IDisposable
{
    private readonly SemaphoreSlim _missing = new(0, 1);
    private readonly NodeRegistration _registration;
    private readonly NodeHeartbeat _heartbeat;
    private readonly Action<string> _useAddressRange;
    private volatile bool _established;

    /// <param name="useAddressRange">Told each range before the node is called ready with it.</param>
    public NodeMembership(NodeRegistration registration, NodeHeartbeat heartbeat, Action<string> useAddressRange)
    {
        (_registration, _heartbeat, _useAddressRange) = (registration, heartbeat, useAddressRange);
        _heartbeat.NodeMissing += OnMissing;
    }

    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        _heartbeat.NotReady = ("PodCIDRNotAssigned", "the node has no podCIDR yet");
        _heartbeat.Recall(await _registration.RegisterAsync(cancellationToken));
    }

    /// <summary>Waits for the node's address range; from then on it is ready.</summary>
    public async Task EstablishAsync(CancellationToken cancellationToken)
    {
        string? range;
        while ((range = await _registration.WaitForAddressRangeAsync(cancellationToken)) is null)
        {
            await RegisterAsync(cancellationToken);
        }
        _useAddressRange(range);
        _heartbeat.NotReady = null;
        _established = true;
    }

    /// <summary>Registers the node again each time it is missing.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _missing.WaitAsync(cancellationToken);
            _established = false;
            await RegisterAsync(cancellationToken);
            await EstablishAsync(cancellationToken);
            await _heartbeat.WriteStatusNowAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _heartbeat.NodeMissing -= OnMissing;
        _missing.Dispose();
    }

    private void OnMissing()
    {
        // While it is being established the wait for the range sees for itself that the object is gone.
        if (_established && _missing.CurrentCount == 0)
        {
            _missing.Release();
        }
    }
}
