namespace Orchestrator.Controller.Storage;

public enum StoreProblem
{
    /// <summary>The revision asked for is older than what the log keeps.</summary>
    Compacted,
    /// <summary>No room on the disk.</summary>
    Full,
    /// <summary>Reading or writing failed.</summary>
    Unavailable,
    /// <summary>The file is no database, or a damaged one.</summary>
    Corrupt,
    /// <summary>The database was written by a newer version.</summary>
    Newer,
    /// <summary>The key file that sealed the data is missing or another.</summary>
    WrongKey,
}

public sealed class StoreException(StoreProblem problem, string message, Exception? cause = null) : Exception(message, cause)
{
    public StoreProblem Problem { get; } = problem;
}
