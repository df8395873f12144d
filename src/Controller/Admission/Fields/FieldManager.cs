namespace Orchestrator.Controller.Admission.Fields;

/// <summary>One who wrote some fields of an object, one way.</summary>
/// <param name="Name">As the client calls itself (<c>fieldManager</c>), or the program in its User-Agent.</param>
/// <param name="Operation">Apply or Update.</param>
/// <param name="ApiVersion">In which version of the kind.</param>
/// <param name="Subresource">Empty for the object itself.</param>
internal sealed record FieldManager(string Name, string Operation, string ApiVersion, string Subresource)
{
    public const string Apply = "Apply";
    public const string Update = "Update";

    /// <summary>All updates that were more than an object remembers one by one.</summary>
    public const string Ancient = "ancient-changes";

    /// <summary>Who has what was there before anybody applied anything.</summary>
    public const string BeforeFirstApply = "before-first-apply";

    public bool Applies => Operation == Apply;
}
