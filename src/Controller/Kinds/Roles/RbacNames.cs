namespace Orchestrator.Controller.Kinds.Roles;

/// <summary>Names of roles and bindings may hold what a path may: colons too. Source: Kubernetes documentation, "Object Names and IDs", path segment names.</summary>
internal static class RbacNames
{
    public static string? Check(string name) =>
        name is "." or ".." ? $"may not be '{name}'"
        : name.Contains('/', StringComparison.Ordinal) ? "may not contain '/'"
        : name.Contains('%', StringComparison.Ordinal) ? "may not contain '%'"
        : null;
}
