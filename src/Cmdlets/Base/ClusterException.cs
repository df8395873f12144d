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

    internal static ClusterException Wait(string id, string message) => new(id, ErrorCategory.InvalidResult, message);
}
