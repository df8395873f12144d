using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Commands inside running containers.</summary>
internal sealed class DockerExec(DockerClient client, TimeProvider time)
{
    private const int OutputLimitBytes = 10 * 1024;

    public async Task<ExecResult> RunAsync(string containerId, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var exec = await client.Exec.ExecCreateContainerAsync(
            containerId, new() { AttachStdout = true, AttachStderr = true, Cmd = [.. command] }, cancellationToken);
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var output = new byte[OutputLimitBytes];
        var length = 0;
        try
        {
            using var stream = await client.Exec.StartAndAttachContainerExecAsync(exec.ID, false, either.Token);
            var buffer = new byte[4096];
            while (await ReadAsync(stream, buffer, either.Token) is var read and > 0)
            {
                var kept = Math.Min(read, OutputLimitBytes - length);
                buffer.AsSpan(0, kept).CopyTo(output.AsSpan(length));
                length += kept;
            }
            // Closed under its reader at the limit, the stream may end as that of a command that has.
            either.Token.ThrowIfCancellationRequested();
            var ended = await client.Exec.InspectContainerExecAsync(exec.ID, cancellationToken);
            return new((int)ended.ExitCode, Encoding.UTF8.GetString(output, 0, length), false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException && either.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await ExecProcess.KillAsync(client, exec.ID, cancellationToken);
            return new(137, Encoding.UTF8.GetString(output, 0, length), true);
        }
    }

    private static async Task<int> ReadAsync(MultiplexedStream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        // The stream's own reads do not heed the token on every platform: closing it does.
        await using var close = cancellationToken.Register(stream.Dispose);
        var result = await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken);
        return result.EOF ? 0 : result.Count;
    }
}
