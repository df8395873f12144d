using System.Net;
using Orchestrator.Model;

namespace Orchestrator.Controller.Tunnel;

/// <summary>An agent's refusal: its status code and its sentence.</summary>
internal sealed class AgentRefusedException(HttpStatusCode code, string message) : Exception(message)
{
    public ApiException ToApi() => code switch
    {
        HttpStatusCode.BadRequest => ApiException.BadRequest(Message),
        HttpStatusCode.NotFound => ApiException.BadRequest(Message),
        HttpStatusCode.ServiceUnavailable => ApiException.Unavailable(Message),
        _ => ApiException.Internal(Message),
    };
}
