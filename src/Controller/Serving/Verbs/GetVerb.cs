using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Controller.Storage.Cache;

namespace Orchestrator.Controller.Serving.Verbs;

internal static class GetVerb
{
    public static Task HandleAsync(ApiContext context)
    {
        var item = context.Api.Get(context.Request.Kind, context.Request.Namespace, context.Request.Name!); // A get names its object.
        return WriteAsync(context, StatusCodes.Status200OK, item);
    }

    /// <summary>Answers with one object in the shape that the client accepts.</summary>
    public static Task WriteAsync(ApiContext context, int code, CachedObject item)
    {
        switch (ResponseFormat.Of(context.Http))
        {
            case ResponseShape.Table:
                var table = context.Tables.Table(context.Request.Kind, [item], QueryOptions.Text(context.Http, "includeObject"), view: context.Request.View);
                table["metadata"]!["resourceVersion"] = item.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture); // Just made.
                return JsonResponse.WriteAsync(context.Http, code, table);
            case ResponseShape.PartialMetadata:
                return JsonResponse.WriteAsync(context.Http, code, TableWriter.Partial(item));
            default:
                return JsonResponse.WriteAsync(context.Http, code, context.Bytes(item));
        }
    }
}
