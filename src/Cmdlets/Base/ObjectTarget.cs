using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>One object that a cmdlet acts on.</summary>
internal readonly record struct ObjectTarget(ResourceKind Kind, string? Namespace, string Name)
{
    /// <summary><c>Pod default/web-1</c>, as -WhatIf and -Confirm show it.</summary>
    public override string ToString() => Kind.Namespaced ? $"{Kind.Kind} {Namespace}/{Name}" : $"{Kind.Kind} {Name}";
}
