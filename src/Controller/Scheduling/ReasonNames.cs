namespace Orchestrator.Controller.Scheduling;

/// <summary>Reasons by number, so that a node's is four bytes. 0 is none.</summary>
internal sealed class ReasonNames
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<(string Text, bool Lasting)> _names = [("", true)];

    public string this[int id] => _names[id].Text;

    /// <summary>No pod that goes away makes it better.</summary>
    public bool IsLasting(int id) => _names[id].Lasting;

    public int IdOf(string text, bool lasting)
    {
        if (!_ids.TryGetValue(text, out var id))
        {
            _ids[text] = id = _names.Count;
            _names.Add((text, lasting));
        }
        return id;
    }
}
