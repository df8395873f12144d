namespace Orchestrator.Model;

public readonly record struct FieldRequirement(string Field, string Value, bool Negated)
{
    public override string ToString()
    {
        var value = Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("=", "\\=", StringComparison.Ordinal);
        return $"{Field}{(Negated ? "!=" : "=")}{value}";
    }
}
