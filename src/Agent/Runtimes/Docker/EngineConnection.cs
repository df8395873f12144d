using Docker.DotNet;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Where the engine is and how it is asked.</summary>
internal static class EngineConnection
{
    /// <summary>An engine that has not answered by then won't: the call is given up and made again, as by the kubelet (<c>--runtime-request-timeout</c>).</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan PingLimit = TimeSpan.FromSeconds(3);

    /// <summary>The engine's socket or pipe of this platform.</summary>
    public static Uri DefaultEndpoint { get; } = new(OperatingSystem.IsWindows() ? "npipe://./pipe/docker_engine" : "unix:///var/run/docker.sock");

    public static DockerClient Connect(Uri endpoint)
    {
        // Streams (logs, events, pulls, commands) are not meant: those are ended by their own tokens.
        using var configuration = new DockerClientConfiguration(endpoint, defaultTimeout: AnswerLimit);
        return configuration.CreateClient();
    }

    /// <summary>Whether a Linux engine answers here, within a few seconds.</summary>
    public static async Task<bool> AnswersAsync(Uri endpoint, TimeProvider time, CancellationToken cancellationToken)
    {
        if (endpoint.Scheme == "unix" && !File.Exists(endpoint.LocalPath))
        {
            return false;
        }
        using var client = Connect(endpoint);
        using var limit = new CancellationTokenSource(PingLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var version = await client.System.GetVersionAsync(either.Token);
            return string.Equals(version.Os, "linux", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && IsUnavailable(e))
        {
            return false;
        }
    }

    /// <summary>The engine was not there to answer, or broke off: nothing is known about what was asked.</summary>
    public static bool IsUnavailable(Exception exception) => exception is HttpRequestException or IOException or TimeoutException
        or System.Net.Sockets.SocketException or OperationCanceledException || exception.GetType().Name == "MicrosoftHttpException"
        || exception.InnerException is { } inner && IsUnavailable(inner);
}
