using System.Management.Automation;
using System.Net.Http;
using System.Security.Authentication;

namespace Orchestrator.Cmdlets;

/// <summary>Every error record of the module: id, category, target and what to do about it.</summary>
internal static class Errors
{
    /// <summary>The record of a failure that is expected to happen; null for a defect, which must surface as what it is.</summary>
    public static ErrorRecord? Of(Exception exception, object? target, CancellationToken stopping) => exception switch
    {
        OperationCanceledException when stopping.IsCancellationRequested => null,
        OperationCanceledException => TimedOut("The server did not answer in time.", target),
        ClusterRequestException refused => Refused(refused, target),
        ClusterException known => Record(known, known.ErrorId, known.Category, known.Target ?? target, known.Advice),
        HttpRequestException unreachable => Unreachable(unreachable, target),
        FormatException malformed => Record(malformed, "InvalidArgument", ErrorCategory.InvalidArgument, target, null),
        IOException or UnauthorizedAccessException => Record(exception, "FileAccess", ErrorCategory.ReadError, target, null),
        _ => null,
    };

    public static ErrorRecord NotFound(string kind, string name, string? @namespace)
    {
        var where = string.IsNullOrEmpty(@namespace) ? "" : $" in namespace \"{@namespace}\"";
        return Record(new ItemNotFoundException($"{kind} \"{name}\" not found{where}."), $"NotFound,{kind}", ErrorCategory.ObjectNotFound, name, null);
    }

    public static ErrorRecord TimedOut(string message, object? target) =>
        Record(new TimeoutException(message), "Timeout", ErrorCategory.OperationTimeout, target, "Give a longer -Timeout, or look at Get-ClusterEvent.");

    public static ErrorRecord Argument(string message, string id, object? target) =>
        Record(new ArgumentException(message), id, ErrorCategory.InvalidArgument, target, null);

    /// <summary>A line of a command's error output.</summary>
    public static ErrorRecord ErrorOutput(string line, string pod) => Record(new RemoteException(line), "CommandErrorOutput", ErrorCategory.FromStdErr, pod, null);

    private static ErrorRecord Refused(ClusterRequestException refused, object? target)
    {
        var (category, advice) = refused.Reason switch
        {
            "NotFound" => (ErrorCategory.ObjectNotFound, null),
            "AlreadyExists" => (ErrorCategory.ResourceExists, "Choose another name, or change the existing object with Publish-Manifest."),
            "Conflict" => (ErrorCategory.ResourceBusy, "The object changed meanwhile: get it again and repeat the change."),
            "Invalid" => (ErrorCategory.InvalidData, "Correct the fields that the message names."),
            "BadRequest" => (ErrorCategory.InvalidData, null),
            "Forbidden" => (ErrorCategory.PermissionDenied, (string?)null),
            "Unauthorized" => (ErrorCategory.AuthenticationError, "The credential of the context is not (or no longer) valid: Get-ClusterContext shows its file."),
            "Timeout" or "ServerTimeout" => (ErrorCategory.OperationTimeout, null),
            "TooManyRequests" => (ErrorCategory.LimitsExceeded, "Wait a moment and repeat."),
            "ServiceUnavailable" => (ErrorCategory.ResourceUnavailable, null),
            _ => (ErrorCategory.NotSpecified, null),
        };
        return Record(refused, refused.Kind is null ? refused.Reason : $"{refused.Reason},{refused.Kind}", category, target, advice);
    }

    private static ErrorRecord Unreachable(HttpRequestException exception, object? target)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
            {
                return Record(
                    new ClusterException("Untrusted", ErrorCategory.SecurityError, $"The server's certificate is not trusted by the context's certificate authority: {cause.Message}", exception),
                    "Untrusted", ErrorCategory.SecurityError, target, "Check the context's server and certificate-authority-data; the cluster may have been made anew.");
            }
        }

        var reason = exception.InnerException?.Message ?? exception.Message;
        return Record(
            new ClusterException("Unreachable", ErrorCategory.ConnectionError, $"The cluster can't be reached: {reason}", exception),
            "Unreachable", ErrorCategory.ConnectionError, target, "Is it running? Get-LocalCluster shows local ones; Get-ClusterContext shows the server's address.");
    }

    private static ErrorRecord Record(Exception exception, string id, ErrorCategory category, object? target, string? advice)
    {
        var record = new ErrorRecord(exception, id, category, target);
        if (advice is not null)
        {
            record.ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = advice };
        }

        return record;
    }
}
