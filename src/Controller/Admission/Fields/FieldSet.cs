using System.Text.Json.Nodes;

namespace Orchestrator.Controller.Admission.Fields;

/// <summary>
/// A set of fields of an object, as a tree of path elements: <c>f:NAME</c> a field or key, <c>k:{…}</c> an item of a keyed list, <c>v:…</c> a value of a
/// set. Its JSON form is FieldsV1. Source: Kubernetes API reference, ManagedFieldsEntry.
/// </summary>
internal sealed class FieldSet
{
    private const string Self = ".";
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    /// <summary>The path up to here is in the set itself, not only something below it.</summary>
    public bool IsMember { get; set; }

    public IReadOnlyDictionary<string, FieldSet> Children => _children;

    public bool IsEmpty => !IsMember && _children.Count == 0;

    public FieldSet? Find(string element) => _children.GetValueOrDefault(element);

    public FieldSet At(string element)
    {
        if (!_children.TryGetValue(element, out var child))
        {
            _children[element] = child = new();
        }
        return child;
    }

    public void Put(string element, FieldSet child)
    {
        if (child.IsEmpty)
        {
            _children.Remove(element);
        }
        else
        {
            _children[element] = child;
        }
    }

    public void Remove(string element) => _children.Remove(element);

    public void Add(FieldSet other)
    {
        IsMember |= other.IsMember;
        foreach (var (element, child) in other._children)
        {
            At(element).Add(child);
        }
    }

    public FieldSet Except(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember && !other.IsMember };
        foreach (var (element, child) in _children)
        {
            result.Put(element, other.Find(element) is { } same ? child.Except(same) : child.Clone());
        }
        return result;
    }

    public FieldSet And(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember && other.IsMember };
        foreach (var (element, child) in _children)
        {
            if (other.Find(element) is { } same)
            {
                result.Put(element, child.And(same));
            }
        }
        return result;
    }

    public FieldSet Clone()
    {
        var result = new FieldSet();
        result.Add(this);
        return result;
    }

    /// <summary>The paths in it, as error messages show them: <c>.spec.containers[name="web"].image</c>.</summary>
    public IEnumerable<string> Paths() => Paths("");

    public JsonObject ToJson()
    {
        var result = new JsonObject();
        if (IsMember && _children.Count > 0)
        {
            result[Self] = new JsonObject();
        }
        foreach (var (element, child) in _children)
        {
            result[element] = child.ToJson();
        }
        return result;
    }

    /// <exception cref="FormatException">No FieldsV1.</exception>
    public static FieldSet Parse(JsonObject json) => Parse(json, root: true);

    private static FieldSet Parse(JsonObject json, bool root)
    {
        var result = new FieldSet { IsMember = !root && (json.Count == 0 || json.ContainsKey(Self)) };
        foreach (var (element, child) in json)
        {
            if (element == Self)
            {
                continue;
            }
            if (element.Length < 2 || element[1] != ':' || element[0] is not ('f' or 'k' or 'v' or 'i') || child is not JsonObject below)
            {
                throw new FormatException($"\"{element}\" is no element of a path");
            }
            result._children[element] = Parse(below, root: false);
        }
        return result;
    }

    private IEnumerable<string> Paths(string at)
    {
        if (IsMember)
        {
            yield return at;
        }
        foreach (var (element, child) in _children)
        {
            foreach (var path in child.Paths(at + PathElement.Show(element)))
            {
                yield return path;
            }
        }
    }
}
