using System.Text.Json.Nodes;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Cmdlets;

/// <summary>Joins this process's terminal with a command's in a pod.</summary>
internal sealed class TerminalSession(LocalTerminal terminal, PodConnection connection)
{
    /// <summary>Ends with the command, whatever is typed.</summary>
    public async Task<CommandEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Threads of their own: keys are waited for by blocking, and writing to a terminal blocks as well.
        var typing = Task.Run(() => TypeAsync(over.Token), CancellationToken.None);
        try
        {
            return await Task.Run(() => ShowAsync(over.Token), CancellationToken.None);
        }
        finally
        {
            await over.CancelAsync();
            await typing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<CommandEnd> ShowAsync(CancellationToken cancellationToken)
    {
        CommandEnd? end = null;
        while (await connection.ReadAsync(cancellationToken) is { } frame)
        {
            if (frame.Channel == StreamChannel.Status)
            {
                end = CommandEnd.Parse(frame.Data.Span);
            }
            else
            {
                terminal.Write(frame.Data.Span);
            }
        }

        return end ?? throw ClusterException.Broken("it ended before the command had told its exit code");
    }

    private async Task TypeAsync(CancellationToken cancellationToken)
    {
        (int, int) told = default;
        while (!cancellationToken.IsCancellationRequested)
        {
            if (LocalTerminal.Size is var size && size != told)
            {
                told = size;
                var message = new JsonObject { ["Width"] = size.Width, ["Height"] = size.Height }.ToJsonString();
                await connection.WriteAsync(StreamChannel.Resize, System.Text.Encoding.UTF8.GetBytes(message), cancellationToken);
            }

            if (terminal.Read() is not { } keys)
            {
                await connection.CloseInputAsync(cancellationToken);
                return;
            }

            if (keys.Length > 0)
            {
                await connection.WriteAsync(StreamChannel.Input, keys, cancellationToken);
            }
        }
    }
}
