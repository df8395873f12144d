using System.Collections.Immutable;
using System.Globalization;
using k8s.Models;

namespace Orchestrator.Model;

/// <summary>Collects what is wrong with an object, each cause with the field's path; validation never stops at the first.</summary>
public sealed class FieldErrors
{
    private readonly ImmutableArray<V1StatusCause>.Builder _causes = ImmutableArray.CreateBuilder<V1StatusCause>();

    public bool Any => _causes.Count > 0;
    public ImmutableArray<V1StatusCause> Causes => _causes.ToImmutable();

    public void Required(string field, string detail = "") =>
        Add(field, "FieldValueRequired", "Required value" + (detail.Length == 0 ? "" : ": " + detail));

    public void Invalid(string field, object? value, string detail) =>
        Add(field, "FieldValueInvalid", $"Invalid value: {Show(value)}: {detail}");

    public void NotSupported(string field, object? value, params ReadOnlySpan<string> supported) =>
        Add(field, "FieldValueNotSupported",
            $"Unsupported value: {Show(value)}: supported values: {string.Join(", ", supported.ToArray().Select(item => $"\"{item}\""))}");

    public void Duplicate(string field, object? value) => Add(field, "FieldValueDuplicate", $"Duplicate value: {Show(value)}");

    public void Forbidden(string field, string detail) => Add(field, "FieldValueForbidden", "Forbidden: " + detail);

    public void NotFound(string field, object? value) => Add(field, "FieldValueNotFound", $"Not found: {Show(value)}");

    public void TooLong(string field, int most) =>
        Add(field, "FieldValueTooLong", $"Too long: may not be more than {most.ToString(CultureInfo.InvariantCulture)} bytes");

    /// <summary>Adds an invalid-value cause where a name rule found a problem.</summary>
    public void Check(string field, object? value, string? problem)
    {
        if (problem is not null)
        {
            Invalid(field, value, problem);
        }
    }

    public void NotNegative(string field, long? value)
    {
        if (value < 0)
        {
            Invalid(field, value, "must be greater than or equal to 0");
        }
    }

    public void ThrowIfAny(ResourceKind kind, string name)
    {
        if (Any)
        {
            throw ApiException.Invalid(kind, name, Causes);
        }
    }

    private void Add(string field, string reason, string message) =>
        _causes.Add(new V1StatusCause { Field = field, Reason = reason, Message = message });

    private static string Show(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
