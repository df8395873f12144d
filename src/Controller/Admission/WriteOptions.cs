using Orchestrator.Controller.Admission.Fields;

namespace Orchestrator.Controller.Admission;

internal enum FieldValidation
{
    /// <summary>Unknown and duplicate fields are dropped, with a warning. The API's default.</summary>
    Warn,
    /// <summary>They fail the request.</summary>
    Strict,
    /// <summary>They are dropped without a word.</summary>
    Ignore,
}

/// <summary>How a write is to be carried out.</summary>
internal sealed record WriteOptions
{
    public static WriteOptions Default { get; } = new();

    /// <summary>Everything is checked and answered as if, and nothing is written.</summary>
    public bool DryRun { get; init; }
    /// <summary>A new object keeps the uid that it came with.</summary>
    public bool KeepUid { get; init; }
    /// <summary>Who writes, for <c>metadata.managedFields</c>; null for the product's own writes, and where the tree comes with its managers decided.</summary>
    public FieldWriter? Writer { get; init; }
    /// <summary>The tree's managedFields are what is to be written: an apply has decided them.</summary>
    public bool ManagersDecided { get; init; }
    public FieldValidation FieldValidation { get; init; } = FieldValidation.Warn;

    /// <summary>Takes what the client should be warned of; goes out as <c>Warning</c> headers.</summary>
    public Action<string>? Warn { get; init; }
}
