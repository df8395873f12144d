using Docker.DotNet;
using Xunit;

namespace Orchestrator.Testing;

/// <summary>A Docker Engine of the tests' own, started when the first test asks for it. Where that cannot be done, these tests are skipped with the reason.</summary>
public sealed class DockerEngine : IAsyncLifetime
{
    private static int s_ranges;

    private readonly PrivateEngine _engine = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private bool _started;
    private string? _unusable;

    public Uri Endpoint => _engine.Endpoint;

    public DockerClient Client => _engine.Client;

    internal int NetworkProcessId => _engine.NetworkProcessId;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Skips the test where there is no engine.</summary>
    public async Task EnsureAsync()
    {
        await _one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!_started)
            {
                _unusable = await _engine.StartAsync(TestContext.Current.CancellationToken);
                _started = true;
            }
        }
        finally
        {
            _one.Release();
        }
        Assert.SkipWhen(_unusable is not null, _unusable ?? "");
    }

    /// <summary>An address range that no other node of this run has.</summary>
    internal static string NextRange() => $"10.{97 + Environment.ProcessId % 50}.{Interlocked.Increment(ref s_ranges)}.0/24";

    /// <summary>The engine as its user's kill or a crash leaves it, started again.</summary>
    internal async Task RestartAsync(bool kill) => Assert.Null(await _engine.RestartAsync(kill, TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        _one.Dispose();
        await _engine.DisposeAsync();
    }
}
