using Orchestrator.Controller.Storage;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Verbs;

/// <summary>Which state a list is to show: <c>resourceVersion</c> and <c>resourceVersionMatch</c>. Source: Kubernetes documentation, "API Concepts", resource versions.</summary>
internal static class ListVersion
{
    private const string Exact = "Exact";
    private const string NotOlderThan = "NotOlderThan";

    /// <returns>The revision to show; null for the present.</returns>
    public static long? Of(HttpContext http, long? limit, ContinueToken? place)
    {
        var stated = QueryOptions.Text(http, "resourceVersion");
        var wanted = QueryOptions.Number(http, "resourceVersion");
        var match = QueryOptions.Text(http, "resourceVersionMatch");
        if (place is not null && !string.IsNullOrEmpty(stated) && stated != "0")
        {
            throw ApiException.BadRequest("specifying resource version is not allowed when using continue");
        }
        CheckMatch(match, wanted, place is not null, QueryOptions.Text(http, "sendInitialEvents") is not null);
        var present = http.RequestServices.GetRequiredService<IObjectStore>().Revision;
        if (place is not null)
        {
            return place.Revision == ContinueToken.Present ? null : place.Revision;
        }
        if (wanted > present)
        {
            throw ApiException.TooLargeVersion(wanted.Value, present);
        }
        // A limit without a match means this very state too, as it did before there was a match to state.
        return match == Exact || (string.IsNullOrEmpty(match) && wanted > 0 && limit > 0) ? wanted : null;
    }

    private static void CheckMatch(string? match, long? wanted, bool continues, bool sendsInitial)
    {
        var errors = new FieldErrors();
        if (sendsInitial)
        {
            errors.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        }
        if (!string.IsNullOrEmpty(match))
        {
            if (match is not (Exact or NotOlderThan))
            {
                errors.NotSupported("resourceVersionMatch", match, Exact, NotOlderThan);
            }
            if (continues)
            {
                errors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
            }
            if (wanted is null)
            {
                errors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
            }
            else if (wanted == 0 && match == Exact)
            {
                errors.Forbidden("resourceVersionMatch", "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"");
            }
        }
        if (errors.Any)
        {
            throw ApiException.InvalidOptions("ListOptions", errors);
        }
    }
}
