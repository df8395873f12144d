using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods.Status;

/// <summary>Writes events to the API, one after the other, beside everything else. A full queue or an API that is away drops them: they are news, not state.</summary>
internal sealed class EventRecorder : IPodEvents, IAsyncDisposable
{
    private const int QueueLimit = 1000;
    private const int Tries = 3;

    private readonly Channel<Occurrence> _queue = Channel.CreateBounded<Occurrence>(
        new BoundedChannelOptions(QueueLimit) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly EventAggregator _aggregator = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IKubernetes _client;
    private readonly string _nodeName;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _writing;

    private sealed record Occurrence(EventKey Key, V1ObjectReference About, string Component, DateTimeOffset Time)
    {
        /// <summary>Where the event is: beside what it is about, and of what has no namespace in <c>default</c>.</summary>
        public string Namespace => About.NamespaceProperty ?? "default";
    }

    public EventRecorder(IKubernetes client, string nodeName, TimeProvider time, ILogger<EventRecorder> logger)
    {
        (_client, _nodeName, _time, _logger) = (client, nodeName, time, logger);
        _writing = Task.Run(() => WriteAsync(_stop.Token));
    }

    public void Publish(V1Pod pod, V1Container? container, string type, string reason, string message)
    {
        var field = container is null ? null
            : pod.Spec.InitContainers?.Any(init => init.Name == container.Name) == true ? $"spec.initContainers{{{container.Name}}}"
            : $"spec.containers{{{container.Name}}}";
        _queue.Writer.TryWrite(new(
            new(pod.Metadata.Uid, field, type, reason, message),
            new()
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Name = pod.Metadata.Name,
                NamespaceProperty = pod.Metadata.NamespaceProperty,
                Uid = pod.Metadata.Uid,
                ResourceVersion = pod.Metadata.ResourceVersion,
                FieldPath = field,
            },
            "kubelet",
            _time.GetUtcNow()));
    }

    /// <summary>Tells of something else than a pod. Taking it never waits and never fails.</summary>
    public void Publish(V1ObjectReference about, string component, string type, string reason, string message) =>
        _queue.Writer.TryWrite(new(new(about.Uid, null, type, reason, message), about, component, _time.GetUtcNow()));

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stop.CancelAfter(TimeSpan.FromSeconds(1));
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await foreach (var occurrence in _queue.Reader.ReadAllAsync(cancellationToken))
        {
            if (_aggregator.Add(occurrence.Key, () => $"{occurrence.About.Name}.{occurrence.Time.UtcTicks:x}", occurrence.Time) is not { } written)
            {
                continue;
            }
            var retry = new RetryDelay();
            for (var tried = 1; !await TryWriteAsync(occurrence, written, cancellationToken) && tried < Tries; tried++)
            {
                await retry.WaitAsync(_time, cancellationToken);
            }
        }
    }

    private async Task<bool> TryWriteAsync(Occurrence occurrence, (string Name, int Count) written, CancellationToken cancellationToken)
    {
        var @namespace = occurrence.Namespace;
        try
        {
            if (written.Count > 1)
            {
                var patch = new JsonObject { ["count"] = written.Count, ["lastTimestamp"] = Timestamp.Seconds(occurrence.Time) };
                await _client.CoreV1.PatchNamespacedEventAsync(
                    new V1Patch(patch.ToJsonString(), V1Patch.PatchType.MergePatch), written.Name, @namespace, cancellationToken: cancellationToken);
            }
            else
            {
                await _client.CoreV1.CreateNamespacedEventAsync(Describe(occurrence, written.Name), @namespace, cancellationToken: cancellationToken);
            }
            return true;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.Conflict)
        {
            // Its namespace is going, or it was removed: nothing to tell any more.
            _aggregator.Forget(occurrence.Key);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.EventNotWritten(_logger, occurrence.Key.Reason, @namespace, occurrence.About.Name, e.Message);
            return false;
        }
    }

    private Corev1Event Describe(Occurrence occurrence, string name)
    {
        var time = Timestamp.ToSeconds(occurrence.Time);
        return new()
        {
            Metadata = new() { Name = name, NamespaceProperty = occurrence.Namespace },
            InvolvedObject = occurrence.About,
            Type = occurrence.Key.Type,
            Reason = occurrence.Key.Reason,
            Message = occurrence.Key.Message.Length > 1024 ? occurrence.Key.Message[..1024] : occurrence.Key.Message,
            Count = 1,
            FirstTimestamp = time,
            LastTimestamp = time,
            Source = new() { Component = occurrence.Component, Host = _nodeName },
            ReportingComponent = occurrence.Component,
            ReportingInstance = _nodeName,
        };
    }
}
