namespace Orchestrator.Controller.Serving;

/// <summary>The time that a request has; when it is over, whatever still works on it is cancelled as if the client had left.</summary>
internal sealed class RequestTime(HttpContext http, TimeProvider time) : IDisposable
{
    private readonly CancellationToken _client = http.RequestAborted;
    private CancellationTokenSource? _limit;
    private CancellationTokenSource? _both;

    /// <summary>The time is over, and the client is still there.</summary>
    public bool IsOver => _limit?.IsCancellationRequested == true && !_client.IsCancellationRequested;

    public void Begin(TimeSpan allotted)
    {
        _limit = new(allotted, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, _client);
        http.RequestAborted = _both.Token;
    }

    /// <summary>What is left to do, an answer, has the client's time again.</summary>
    public void End() => http.RequestAborted = _client;

    public void Dispose()
    {
        End();
        _both?.Dispose();
        _limit?.Dispose();
    }
}
