namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>What streams lead to: a command of its own, or a container that was there before.</summary>
internal interface IStreamTarget
{
    Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken);

    Task<int?> ExitCodeAsync(CancellationToken cancellationToken);

    /// <summary>Ends what was started for these streams and nothing else.</summary>
    Task KillAsync(CancellationToken cancellationToken);
}
