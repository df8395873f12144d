namespace Orchestrator.Controller.Admission.Fields;

/// <summary>In what two states of an object differ.</summary>
internal sealed record FieldChanges(FieldSet Added, FieldSet Modified, FieldSet Removed);
