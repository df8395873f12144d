namespace Orchestrator.Model.Wire;

/// <param name="Name">JSON name; of a group of fields its name with a plus.</param>
/// <param name="KeepsZero">Zero, false and the empty text are values here; elsewhere they mean that the field is absent.</param>
internal readonly record struct WireField(string Name, bool KeepsZero)
{
    public bool IsGroup => Name.StartsWith('+');
}
