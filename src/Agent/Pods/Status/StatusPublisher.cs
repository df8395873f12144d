using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods.Status;

/// <summary>
/// Brings one pod's status to the API: the newest wins, what came between is never sent, and a failed try is repeated until it succeeds or
/// the pod is gone.
/// </summary>
internal sealed class StatusPublisher : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly IPodApi _api;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private V1Pod _pod;
    private JsonObject? _wanted;
    private JsonObject? _acknowledged;
    private JsonObject? _seenMeanwhile;
    private bool _isUnseen;
    private bool _gone;
    private Task _sending = Task.CompletedTask;

    /// <param name="isRestored">The pod is as this node noted it, which the API may never have been told: what it shows is taken from it when it is first seen.</param>
    public StatusPublisher(V1Pod pod, bool isRestored, IPodApi api, TimeProvider time, ILogger logger)
    {
        (_pod, _isUnseen, _api, _time, _logger) = (pod, isRestored, api, time, logger);
        _acknowledged = pod.Status is null ? null : StatusPatch.Tree(pod.Status);
    }

    /// <summary>
    /// Takes note of what the API shows. While nobody hears of a node, the controller calls its pods not ready: an agent that was only out of reach
    /// has said nothing else since, and must say again what is so.
    /// </summary>
    public void Observe(V1Pod pod)
    {
        var isForgotten = pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Reason: WellKnown.NodeNotReadyReason }) == true;
        lock (_lock)
        {
            if (_isUnseen || isForgotten)
            {
                _isUnseen = false;
                var shown = pod.Status is null ? new JsonObject() : StatusPatch.Tree(pod.Status);
                if (_sending.IsCompleted)
                {
                    _acknowledged = shown;
                }
                else
                {
                    // What is on its way was made on another ground: it is made once more, on this one.
                    _seenMeanwhile = shown;
                }
            }
        }
    }

    /// <returns>False when this is what was published last.</returns>
    public bool Publish(V1Pod pod, V1PodStatus status)
    {
        var wanted = StatusPatch.Tree(status);
        lock (_lock)
        {
            if (_gone || JsonNode.DeepEquals(wanted, _wanted ?? _acknowledged))
            {
                return false;
            }
            (_pod, _wanted) = (pod, wanted);
            if (_sending.IsCompleted)
            {
                _sending = Task.Run(() => SendAsync(_stop.Token));
            }
            return true;
        }
    }

    /// <summary>Waits until the API has what was last published, or the pod is gone.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        Task sending;
        lock (_lock)
        {
            sending = _sending;
        }
        await sending.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        for (var retry = new RetryDelay(); TakeNext() is { } next;)
        {
            try
            {
                var exists = await _api.PatchStatusAsync(next.Pod, StatusPatch.Build(_acknowledged, next.Status, next.Pod), cancellationToken);
                retry = new RetryDelay();
                Acknowledge(next.Status, exists);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                Log.StatusNotWritten(_logger, next.Pod.Metadata.NamespaceProperty, next.Pod.Metadata.Name, e.Message);
                await retry.WaitAsync(_time, cancellationToken);
            }
        }
    }

    private (V1Pod Pod, JsonObject Status)? TakeNext()
    {
        lock (_lock)
        {
            if (_wanted is null || _gone)
            {
                // Under the lock, so that who publishes next sees this task as done.
                _sending = Task.CompletedTask;
                return null;
            }
            return (_pod, _wanted);
        }
    }

    private void Acknowledge(JsonObject status, bool exists)
    {
        lock (_lock)
        {
            _gone = !exists;
            if (_seenMeanwhile is { } shown)
            {
                // What was wanted still is, and is sent again.
                (_acknowledged, _seenMeanwhile) = (shown, null);
                return;
            }
            _acknowledged = status;
            if (ReferenceEquals(_wanted, status))
            {
                _wanted = null;
            }
        }
    }
}
