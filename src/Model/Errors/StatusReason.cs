namespace Orchestrator.Model;

/// <summary>The <c>reason</c> of a <c>Status</c> error: a machine-readable word, each with one HTTP code. Source: Kubernetes API conventions.</summary>
public enum StatusReason
{
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    AlreadyExists,
    Conflict,
    Gone,
    Expired,
    Invalid,
    MethodNotAllowed,
    NotAcceptable,
    UnsupportedMediaType,
    RequestEntityTooLarge,
    TooManyRequests,
    InternalError,
    ServiceUnavailable,
    Timeout,
}
