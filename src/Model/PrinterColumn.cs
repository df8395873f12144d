namespace Orchestrator.Model;

/// <summary>A column of the server's table for a kind.</summary>
/// <param name="Name">Heading, in title case.</param>
/// <param name="Type">OpenAPI type of the cell: <c>string</c>, <c>integer</c> or <c>date</c>.</param>
/// <param name="Description">One sentence on what the cell says.</param>
/// <param name="Priority">0 is always shown, 1 only in wide output.</param>
/// <param name="Value">The cell of a typed object at a time: a string or an integer.</param>
public sealed record PrinterColumn(string Name, string Type, string Description, int Priority, Func<object, DateTime, object> Value)
{
    public static PrinterColumn Of<T>(string name, string type, string description, Func<T, DateTime, object> value, int priority = 0)
        where T : class => new(name, type, description, priority, (item, now) => value((T)item, now));
}
