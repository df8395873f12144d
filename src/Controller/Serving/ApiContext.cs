using Orchestrator.Controller.Admission;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Controller.Storage.Cache;

namespace Orchestrator.Controller.Serving;

/// <summary>What a verb needs of one request.</summary>
internal sealed record ApiContext(HttpContext Http, ApiRequest Request, User User, ObjectApi Api, Deletion Deletion, TableWriter Tables, RoleEscalation Escalation)
{
    /// <summary>An object as this client sees it.</summary>
    public byte[] Bytes(CachedObject item) => Request.View?.Bytes(item) ?? item.Bytes;

    /// <summary>An object that is to be written, if this client may give it all that is in it.</summary>
    /// <exception cref="Orchestrator.Model.ApiException">Forbidden.</exception>
    public JsonObject Grantable(JsonObject tree)
    {
        Escalation.Check(User, Request.Kind, Request.Namespace, tree);
        return tree;
    }

    public CancellationToken Aborted => Http.RequestAborted;
}
