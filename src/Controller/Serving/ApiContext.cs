using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Controller.Storage.Cache;

namespace Orchestrator.Controller.Serving;

/// <summary>What a verb needs of one request.</summary>
internal sealed record ApiContext(HttpContext Http, ApiRequest Request, User User, ObjectApi Api, Deletion Deletion, TableWriter Tables)
{
    /// <summary>An object as this client sees it.</summary>
    public byte[] Bytes(CachedObject item) => Request.View?.Bytes(item) ?? item.Bytes;

    public CancellationToken Aborted => Http.RequestAborted;
}
