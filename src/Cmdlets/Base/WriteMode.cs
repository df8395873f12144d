namespace Orchestrator.Cmdlets;

/// <summary>How a write is meant: for real or as the server's dry run, with or without strict field validation.</summary>
internal readonly record struct WriteMode(bool DryRun, bool Strict)
{
    public const string FieldManager = "orchestrator";

    public static WriteMode Real => new(DryRun: false, Strict: true);
    public static WriteMode Rehearsal => new(DryRun: true, Strict: true);

    public string ToQueryString() => Query.Of(
        ("dryRun", DryRun ? "All" : null),
        ("fieldValidation", Strict ? "Strict" : "Ignore"),
        ("fieldManager", FieldManager));
}
