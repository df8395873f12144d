using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Views;

/// <summary>Events as <c>events.k8s.io/v1</c>: the same objects under newer names. Source: Kubernetes API reference, Event.</summary>
internal sealed class EventView() : KindView<Eventsv1Event, Corev1Event>(Catalog.ForType<Corev1Event>() with
{
    Group = "events.k8s.io",
    ClrType = typeof(Eventsv1Event),
    GroupResource = "events.events.k8s.io",
    SelectableFields = ["regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion", "regarding.resourceVersion",
        "regarding.fieldPath", "reason", "reportingController", "type"],
})
{
    public override string StoredField(string field) => field == "reportingController" ? "reportingComponent"
        : field.StartsWith("regarding.", StringComparison.Ordinal) ? "involvedObject." + field["regarding.".Length..] : field;

    protected override Corev1Event Store(Eventsv1Event item, bool creating, FieldErrors errors)
    {
        // Events of the core group that are read and written back here need none of these.
        if (creating)
        {
            if (item.EventTime is null)
            {
                errors.Required("eventTime");
            }
            Require("reportingController", item.ReportingController, errors);
            Require("reportingInstance", item.ReportingInstance, errors);
            Require("action", item.Action, errors);
            Require("reason", item.Reason, errors);
            if (item.Type is not ("Normal" or "Warning"))
            {
                errors.NotSupported("type", item.Type, "Normal", "Warning");
            }
        }
        return new()
        {
            InvolvedObject = item.Regarding,
            Related = item.Related,
            Reason = item.Reason,
            Message = item.Note,
            Type = item.Type,
            Action = item.Action,
            EventTime = item.EventTime,
            Series = item.Series is { } series ? new() { Count = series.Count, LastObservedTime = series.LastObservedTime } : null,
            ReportingComponent = item.ReportingController,
            ReportingInstance = item.ReportingInstance,
            Source = item.DeprecatedSource,
            Count = item.DeprecatedCount,
            FirstTimestamp = item.DeprecatedFirstTimestamp,
            LastTimestamp = item.DeprecatedLastTimestamp,
        };
    }

    protected override Eventsv1Event Serve(Corev1Event item) => new()
    {
        Regarding = item.InvolvedObject,
        Related = item.Related,
        Reason = item.Reason,
        Note = item.Message,
        Type = item.Type,
        Action = item.Action,
        EventTime = item.EventTime,
        Series = item.Series is { } series ? new() { Count = series.Count ?? 0, LastObservedTime = series.LastObservedTime.GetValueOrDefault() } : null,
        ReportingController = item.ReportingComponent,
        ReportingInstance = item.ReportingInstance,
        DeprecatedSource = item.Source,
        DeprecatedCount = item.Count,
        DeprecatedFirstTimestamp = item.FirstTimestamp,
        DeprecatedLastTimestamp = item.LastTimestamp,
    };

    private static void Require(string field, string? value, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(value))
        {
            errors.Required(field);
        }
    }
}
