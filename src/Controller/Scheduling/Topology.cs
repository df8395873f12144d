namespace Orchestrator.Controller.Scheduling;

/// <summary>The domains of one topology key: nodes with the same value of the label are in the same.</summary>
internal sealed class Topology(string key)
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private int[] _domains = [];

    public int Count => _ids.Count;

    /// <summary>By the node's index; -1 for nodes without the label.</summary>
    public ReadOnlySpan<int> Domains => _domains;

    public void Set(int node, IDictionary<string, string>? labels)
    {
        if (_domains.Length <= node)
        {
            var before = _domains.Length;
            Array.Resize(ref _domains, Math.Max(64, (node + 1) * 2));
            Array.Fill(_domains, -1, before, _domains.Length - before);
        }
        if (labels is null || !labels.TryGetValue(key, out var value))
        {
            _domains[node] = -1;
            return;
        }
        if (!_ids.TryGetValue(value, out var id))
        {
            _ids[value] = id = _ids.Count;
        }
        _domains[node] = id;
    }
}
