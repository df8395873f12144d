using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Serving.Tables;

namespace Orchestrator.Controller.Serving;

/// <summary>What a verb needs of one request.</summary>
internal sealed record ApiContext(HttpContext Http, ApiRequest Request, User User, ObjectApi Api, Deletion Deletion, TableWriter Tables)
{
    public CancellationToken Aborted => Http.RequestAborted;
}
