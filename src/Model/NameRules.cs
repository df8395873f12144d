using System.Text.RegularExpressions;

namespace Orchestrator.Model;

/// <summary>
/// Kubernetes' rules for names. Each answers null when the text keeps the rule, else what is wrong with it.
/// Source: Kubernetes documentation, "Object Names and IDs" and "Labels and Selectors" (RFC 1123, RFC 1035).
/// </summary>
public static partial class NameRules
{
    private const string LabelMessage =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string Dns1035LabelMessage =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private const string SubdomainMessage =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string QualifiedMessage =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const string LabelValueMessage =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    /// <summary>RFC 1123 label, at most 63 characters: namespaces, container and port names.</summary>
    public static string? DnsLabel(string? value) => Check(value, 63, DnsLabelPattern(), LabelMessage);

    /// <summary>RFC 1035 label, at most 63 characters: names of services.</summary>
    public static string? Dns1035Label(string? value) => Check(value, 63, Dns1035LabelPattern(), Dns1035LabelMessage);

    /// <summary>RFC 1123 subdomain, at most 253 characters: most object names.</summary>
    public static string? DnsSubdomain(string? value) => Check(value, 253, DnsSubdomainPattern(), SubdomainMessage);

    /// <summary>Label and annotation key: an optional subdomain prefix and <c>/</c>, then a name of at most 63 characters.</summary>
    public static string? QualifiedName(string? value)
    {
        var parts = (value ?? "").Split('/');
        if (parts.Length > 2)
        {
            return "a qualified name must consist of alphanumeric characters, '-', '_' or '.', with an optional DNS subdomain prefix and '/'";
        }
        if (parts.Length == 2 && (parts[0].Length == 0 ? "prefix part must be non-empty" : DnsSubdomain(parts[0])) is { } problem)
        {
            return parts[0].Length == 0 ? problem : "prefix part " + problem;
        }
        var name = parts[^1];
        return name.Length == 0 ? "name part must be non-empty" : Check(name, 63, QualifiedPattern(), QualifiedMessage);
    }

    public static string? LabelValue(string? value) =>
        string.IsNullOrEmpty(value) ? null : Check(value, 63, QualifiedPattern(), LabelValueMessage);

    /// <summary>Name of an environment variable; printable ASCII but <c>=</c>, as Kubernetes 1.32 allows.</summary>
    public static string? EnvironmentName(string? value) =>
        !string.IsNullOrEmpty(value) && value.All(c => c is >= ' ' and <= '~' and not '=')
            ? null
            : "a valid environment variable name must consist only of printable ASCII characters other than '='";

    /// <summary>Key of a ConfigMap or Secret: at most 253 of alphanumerics, <c>-</c>, <c>_</c>, <c>.</c>; never <c>.</c> or <c>..</c>.</summary>
    public static string? DataKey(string? value) => value is "." or ".." || (value ?? "").StartsWith("..", StringComparison.Ordinal)
        ? "must not be '.' or begin with '..'"
        : Check(value, 253, DataKeyPattern(), "a valid config key must consist of alphanumeric characters, '-', '_' or '.'");

    /// <summary>IANA service name: at most 15 lower-case alphanumerics or single <c>-</c>, at least one letter.</summary>
    public static string? PortName(string? value) =>
        Check(value, 15, PortNamePattern(), "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-), no two in a row, and start and end with an alphanumeric character")
        ?? (value!.Any(char.IsAsciiLetter) ? null : "must contain at least one letter (a-z)");

    private static string? Check(string? value, int most, Regex pattern, string message) =>
        string.IsNullOrEmpty(value) ? message
        : value.Length > most ? $"must be no more than {most} characters"
        : pattern.IsMatch(value) ? null : message;

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Dns1035LabelPattern();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex DnsLabelPattern();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex DnsSubdomainPattern();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex QualifiedPattern();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z")]
    private static partial Regex DataKeyPattern();

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex PortNamePattern();
}
