using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Verbs;

/// <summary>Writes watch events, one JSON document a line.</summary>
internal sealed class WatchWriter(ApiContext context, ResponseShape shape)
{
    private readonly HttpResponse _response = context.Http.Response;
    private bool _columnsSent;

    private static ReadOnlySpan<byte> Before => "{\"type\":\""u8;
    private static ReadOnlySpan<byte> Between => "\",\"object\":"u8;
    private static ReadOnlySpan<byte> After => "}\n"u8;

    public void Start()
    {
        _response.StatusCode = StatusCodes.Status200OK;
        _response.ContentType = JsonResponse.MediaType;
        // A proxy that gathers output would hold events back.
        _response.Headers["X-Content-Type-Options"] = "nosniff";
    }

    public void Event(string type, CachedObject item)
    {
        switch (shape)
        {
            case ResponseShape.Table:
                var table = context.Tables.Table(context.Request.Kind, [item], QueryOptions.Text(context.Http, "includeObject"), withColumns: !_columnsSent, context.Request.View);
                table["metadata"]!["resourceVersion"] = item.Revision.ToString(CultureInfo.InvariantCulture); // Just made.
                _columnsSent = true;
                Write(type, ModelJson.Encode(table));
                break;
            case ResponseShape.PartialMetadata:
                Write(type, ModelJson.Encode(TableWriter.Partial(item)));
                break;
            default:
                Write(type, context.Bytes(item));
                break;
        }
    }

    public void Bookmark(long revision, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        if (initialEventsEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }
        else
        {
            metadata["creationTimestamp"] = null;
        }
        var kind = context.Request.Served;
        var marker = shape switch
        {
            ResponseShape.Table => new JsonObject { ["kind"] = "Table", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata, ["columnDefinitions"] = null, ["rows"] = new JsonArray() },
            ResponseShape.PartialMetadata => new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata },
            _ => new JsonObject { ["kind"] = kind.Kind, ["apiVersion"] = kind.ApiVersion, ["metadata"] = metadata },
        };
        Write("BOOKMARK", ModelJson.Encode(marker));
    }

    public void Error(ApiException problem) => Write("ERROR", ModelJson.Encode(StatusWriter.Failure(problem)));

    public ValueTask<System.IO.Pipelines.FlushResult> FlushAsync(CancellationToken cancellationToken) => _response.BodyWriter.FlushAsync(cancellationToken);

    /// <summary>In one piece: a thousand watchers get each event.</summary>
    private void Write(string type, ReadOnlySpan<byte> item)
    {
        var span = _response.BodyWriter.GetSpan(Before.Length + type.Length + Between.Length + item.Length + After.Length);
        Before.CopyTo(span);
        var length = Before.Length;
        length += Encoding.ASCII.GetBytes(type, span[length..]);
        Between.CopyTo(span[length..]);
        length += Between.Length;
        item.CopyTo(span[length..]);
        length += item.Length;
        After.CopyTo(span[length..]);
        _response.BodyWriter.Advance(length + After.Length);
    }
}
