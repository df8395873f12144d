using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Admission.Fields;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving;

/// <summary>The query string's options, checked.</summary>
internal static class QueryOptions
{
    /// <summary>Longest name of a field manager. Source: Kubernetes API reference, PatchOptions.</summary>
    private const int MaxManager = 128;

    public static bool Flag(HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var value) && (string?)value is "true" or "1" or "True";

    public static string? Text(HttpContext context, string name) => context.Request.Query.TryGetValue(name, out var value) ? (string?)value : null;

    /// <exception cref="ApiException">BadRequest: the value is no number of at least 0.</exception>
    public static long? Number(HttpContext context, string name)
    {
        var text = Text(context, name);
        return string.IsNullOrEmpty(text) ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw ApiException.BadRequest($"{name}: Invalid value: \"{text}\": must be a number of at least 0");
    }

    public static Query Selection(HttpContext context, ApiRequest request)
    {
        try
        {
            var fields = FieldSelector.Parse(Text(context, "fieldSelector"));
            foreach (var requirement in fields.Requirements)
            {
                if (requirement.Field is not ("metadata.name" or "metadata.namespace") && !request.Served.SelectableFields.Contains(requirement.Field))
                {
                    throw ApiException.BadRequest($"field label not supported: {requirement.Field}");
                }
            }
            if (request.View is { } view)
            {
                fields = fields.Rename(view.StoredField);
            }
            if (request.Name is { } name)
            {
                // A watch of one object is a watch of the kind that names it.
                fields = FieldSelector.Equal("metadata.name", name);
            }
            return new(request.Kind.GroupResource, request.Namespace)
            {
                Labels = LabelSelector.Parse(Text(context, "labelSelector")),
                Fields = fields,
                FieldNames = request.Kind.SelectableFields.IsDefault ? ImmutableArray<string>.Empty : request.Kind.SelectableFields,
            };
        }
        catch (FormatException problem)
        {
            throw ApiException.BadRequest(problem.Message);
        }
    }

    public static WriteOptions Write(ApiContext context) => Write(context.Http) with { Writer = Writer(context) };

    /// <summary>Who the fields belong to that a request writes.</summary>
    public static FieldWriter Writer(ApiContext context)
    {
        var stated = Text(context.Http, "fieldManager");
        if (stated is { Length: > MaxManager } || stated?.All(char.IsAsciiLetterOrDigit) == false && stated.Any(c => char.IsControl(c) || c > '~'))
        {
            var errors = new FieldErrors();
            errors.Invalid("fieldManager", stated, stated.Length > MaxManager ? $"may not be more than {MaxManager} bytes" : "should only contain printable characters");
            throw ApiException.InvalidOptions("PatchOptions", errors);
        }
        var program = context.Http.Request.Headers.UserAgent.ToString().Split('/')[0];
        var name = !string.IsNullOrEmpty(stated) ? stated : program.Length == 0 ? "unknown" : program.Length > MaxManager ? program[..MaxManager] : program;
        // An agent's writes come often and are of no one's concern, until somebody has applied the same object.
        return new(name, context.Request.Subresource ?? "", !context.User.IsIn(WellKnown.NodeGroup));
    }

    public static WriteOptions Write(HttpContext context)
    {
        var validation = Text(context, "fieldValidation") switch
        {
            null or "" or "Warn" => FieldValidation.Warn,
            "Strict" => FieldValidation.Strict,
            "Ignore" => FieldValidation.Ignore,
            var other => throw ApiException.BadRequest($"fieldValidation: Unsupported value: \"{other}\": supported values: \"Ignore\", \"Strict\", \"Warn\""),
        };
        return new()
        {
            DryRun = DryRun(Text(context, "dryRun")),
            FieldValidation = validation,
            Warn = message => Warn(context, message),
        };
    }

    public static void Warn(HttpContext context, string message) => context.Response.Headers.Append("Warning", $"299 - \"{Quote(message)}\"");

    public static bool DryRun(string? value) => value switch
    {
        null or "" => false,
        "All" => true,
        _ => throw ApiException.BadRequest($"dryRun: Unsupported value: \"{value}\": supported values: \"All\""),
    };

    private static string Quote(string text) =>
        new([.. text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Select(c => c is < ' ' or > '~' ? '?' : c)]);
}
