namespace Orchestrator.Controller.Serving.Auditing;

/// <summary>How much of a request the audit log says. Source: Kubernetes documentation, "Auditing", audit policy.</summary>
public enum AuditLevel
{
    None,
    /// <summary>Who did what to which object, when, and how it ended.</summary>
    Metadata,
    /// <summary>And the object that was sent.</summary>
    Request,
    /// <summary>And the one that was answered.</summary>
    RequestResponse,
}
