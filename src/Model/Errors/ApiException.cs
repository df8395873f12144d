using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Model;

/// <summary>A request's failure as the API tells it. HTTP and JSON are made of it at the rim only.</summary>
public sealed class ApiException : Exception
{
    private ApiException(StatusReason reason, string message, ResourceKind? kind = null, string? name = null,
        ImmutableArray<V1StatusCause> causes = default)
        : base(message)
    {
        Reason = reason;
        ResourceKind = kind;
        ObjectName = name;
        Causes = causes.IsDefault ? [] : causes;
    }

    public StatusReason Reason { get; }
    public ResourceKind? ResourceKind { get; }
    public string? ObjectName { get; }
    public ImmutableArray<V1StatusCause> Causes { get; }
    public int? RetryAfterSeconds { get; private init; }
    /// <summary>Of an expired page: a token to go on with.</summary>
    public string? Continue { get; private init; }

    public int Code => Reason switch
    {
        StatusReason.BadRequest => 400,
        StatusReason.Unauthorized => 401,
        StatusReason.Forbidden => 403,
        StatusReason.NotFound => 404,
        StatusReason.MethodNotAllowed => 405,
        StatusReason.NotAcceptable => 406,
        StatusReason.AlreadyExists or StatusReason.Conflict => 409,
        StatusReason.Gone or StatusReason.Expired => 410,
        StatusReason.RequestEntityTooLarge => 413,
        StatusReason.UnsupportedMediaType => 415,
        StatusReason.Invalid => 422,
        StatusReason.TooManyRequests => 429,
        StatusReason.ServiceUnavailable => 503,
        StatusReason.Timeout => 504,
        _ => 500,
    };

    public static ApiException BadRequest(string message) => new(StatusReason.BadRequest, message);
    public static ApiException Unauthorized() => new(StatusReason.Unauthorized, "Unauthorized");

    public static ApiException Forbidden(ResourceKind kind, string? name, string detail) =>
        new(StatusReason.Forbidden, name is null ? $"{kind.GroupResource} is forbidden: {detail}"
            : $"{kind.GroupResource} \"{name}\" is forbidden: {detail}", kind, name);

    public static ApiException ForbiddenPath(string message) => new(StatusReason.Forbidden, message);

    public static ApiException NotFound(ResourceKind kind, string name) =>
        new(StatusReason.NotFound, $"{kind.GroupResource} \"{name}\" not found", kind, name);

    /// <summary>No such path: neither a kind nor a subresource.</summary>
    public static ApiException NoSuchPath() => new(StatusReason.NotFound, "the server could not find the requested resource");

    public static ApiException AlreadyExists(ResourceKind kind, string name) =>
        new(StatusReason.AlreadyExists, $"{kind.GroupResource} \"{name}\" already exists", kind, name);

    public static ApiException Conflict(ResourceKind kind, string name, string? detail = null) =>
        new(StatusReason.Conflict, $"Operation cannot be fulfilled on {kind.GroupResource} \"{name}\": "
            + (detail ?? "the object has been modified; please apply your changes to the latest version and try again"), kind, name);

    /// <summary>An apply wants fields that others have.</summary>
    public static ApiException ApplyConflict(string message, ImmutableArray<V1StatusCause> causes) => new(StatusReason.Conflict, message, causes: causes);

    /// <param name="message">Why.</param>
    /// <param name="continue">Where a list can go on all the same.</param>
    public static ApiException Expired(string message, string? @continue = null) => new(StatusReason.Expired, message) { Continue = @continue };

    /// <summary>Options of a request that are wrong: 422, as they are validated like an object.</summary>
    public static ApiException InvalidOptions(string kind, FieldErrors errors)
    {
        var texts = errors.Causes.Select(cause => $"{cause.Field}: {cause.Message}").ToArray();
        return new(StatusReason.Invalid, $"{kind}.meta.k8s.io \"\" is invalid: {(texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]")}", causes: errors.Causes);
    }

    public static ApiException Invalid(ResourceKind kind, string name, ImmutableArray<V1StatusCause> causes)
    {
        var texts = causes.Select(cause => $"{cause.Field}: {cause.Message}").ToArray();
        var detail = texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        return new(StatusReason.Invalid, $"{kind.GroupKind} \"{name}\" is invalid: {detail}", kind, name, causes);
    }

    public static ApiException MethodNotAllowed() =>
        new(StatusReason.MethodNotAllowed, "the server does not allow this method on the requested resource");

    public static ApiException NotAcceptable(string accepted) =>
        new(StatusReason.NotAcceptable, $"only the following media types are accepted: {accepted}");

    public static ApiException UnsupportedMediaType(string given, string supported) =>
        new(StatusReason.UnsupportedMediaType,
            $"the body of the request was in an unknown format ({given}) - accepted media types include: {supported}");

    public static ApiException TooLarge(long limitBytes) =>
        new(StatusReason.RequestEntityTooLarge, $"Request entity too large: limit is {limitBytes}");

    /// <summary>A state that is not there yet is asked for.</summary>
    public static ApiException TooLargeVersion(long wanted, long present) =>
        new(StatusReason.Timeout, $"Timeout: Too large resource version: {wanted}, current: {present}", causes: [new() { Reason = "ResourceVersionTooLarge", Message = "Too large resource version" }]) { RetryAfterSeconds = 1 };

    public static ApiException TooManyRequests(string message, int retryAfterSeconds) =>
        new(StatusReason.TooManyRequests, message) { RetryAfterSeconds = retryAfterSeconds };

    /// <summary>Refused for now; when it may be tried again is not known.</summary>
    public static ApiException TooManyRequests(string message, ImmutableArray<V1StatusCause> causes) => new(StatusReason.TooManyRequests, message, causes: causes);

    public static ApiException Timeout(string message) => new(StatusReason.Timeout, message);

    public static ApiException Internal(string message) => new(StatusReason.InternalError, message);

    public static ApiException Unavailable(string message) =>
        new(StatusReason.ServiceUnavailable, message) { RetryAfterSeconds = 1 };
}
