using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>A failure that the module itself found; <see cref="Errors"/> makes its record.</summary>
public sealed class ClusterException : Exception
{
    internal ClusterException(string errorId, ErrorCategory category, string message, Exception? inner = null)
        : base(message, inner)
    {
        (ErrorId, Category) = (errorId, category);
    }

    public string ErrorId { get; }
    public ErrorCategory Category { get; }
    public object? Target { get; init; }

    /// <summary>Of a command in a pod that failed.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What a person can do about it.</summary>
    public string? Advice { get; init; }

    internal static ClusterException NoContext() =>
        new("NoContext", ErrorCategory.ObjectNotFound, "There is no current cluster context.")
        {
            Advice = "Start-LocalCluster starts one, Connect-Cluster adds one, Use-ClusterContext chooses one.",
        };

    internal static ClusterException UnknownContext(string name, IEnumerable<string> known) =>
        new("NotFound,Context", ErrorCategory.ObjectNotFound, $"There is no context \"{name}\". Known: {string.Join(", ", known.DefaultIfEmpty("none"))}.") { Target = name };

    internal static ClusterException UnknownKind(string name) =>
        new("NotFound,Kind", ErrorCategory.InvalidArgument, $"The cluster serves no kind \"{name}\".") { Target = name };

    internal static ClusterException Manifest(string source, string message, Exception? inner = null) =>
        new("InvalidManifest", ErrorCategory.InvalidData, $"{source}: {message}", inner) { Target = source };

    internal static ClusterException LocalCluster(string id, string message, string? advice = null) =>
        new(id, ErrorCategory.ResourceUnavailable, message) { Advice = advice };

    internal static ClusterException Argument(string id, string message) => new(id, ErrorCategory.InvalidArgument, message);

    /// <param name="said">What the command wrote to its error output, where nobody else shows it.</param>
    internal static ClusterException Command(ObjectTarget pod, CommandEnd end, string said = "") => end.ExitCode is { } code
        ? new("NonZeroExitCode", ErrorCategory.InvalidResult, $"The command in {pod} ended with exit code {code}.{(said.Length > 0 ? $" {said}" : "")}") { ExitCode = code, Target = pod.Name }
        : new("CommandNotRun", ErrorCategory.InvalidOperation, $"The command was not run in {pod}: {end.Message}") { Target = pod.Name };

    internal static ClusterException Broken(string reason) =>
        new("ConnectionBroken", ErrorCategory.ConnectionError, $"The connection to the pod broke: {reason}");

    internal static ClusterException Wait(string id, string message) => new(id, ErrorCategory.InvalidResult, message);
}
