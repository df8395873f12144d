using k8s.Models;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>
/// Spreads endpoints over slices with as few writes as it can: what is right stays where it is, room in slices that are written anyway is used
/// first, then that of others, then new slices. A service without endpoints keeps one empty slice, which says that it has none.
/// </summary>
internal static class SlicePlanner
{
    public const int MaxEndpoints = 100;

    /// <param name="groups">The wanted endpoints, each in one group.</param>
    /// <param name="existing">The slices there are.</param>
    /// <param name="labels">The labels of every slice.</param>
    public static SlicePlan Plan(IReadOnlyList<SliceGroup> groups, IReadOnlyList<V1EndpointSlice> existing, IReadOnlyDictionary<string, string> labels)
    {
        var wanted = groups.Any(group => group.Endpoints.Count > 0) ? groups.Where(group => group.Endpoints.Count > 0).ToArray() : [new("IPv4", [], [])];
        var slices = existing.Select(slice => new SliceDraft(slice)).ToList();
        foreach (var group in wanted)
        {
            Fill(group, slices);
        }
        if (wanted is [{ Endpoints.Count: 0 }])
        {
            Empty(slices);
        }
        foreach (var slice in slices.Where(slice => slice is { IsTaken: true, Existing: not null }))
        {
            slice.Label(labels);
        }
        var kept = slices.Where(slice => slice.IsTaken).ToArray();
        return new(
            [.. kept.Where(slice => slice.Existing is null).Select(slice => slice.Build(labels))],
            [.. kept.Where(slice => slice is { Existing: not null, IsChanged: true }).Select(slice => slice.Build(labels))],
            [.. slices.Where(slice => !slice.IsTaken).Select(slice => slice.Existing!)]); // A new slice is made to be taken.
    }

    private static void Fill(SliceGroup group, List<SliceDraft> slices)
    {
        var missing = new Dictionary<string, V1Endpoint>(StringComparer.Ordinal);
        foreach (var endpoint in group.Endpoints)
        {
            missing[EndpointIdentity.Of(endpoint)] = endpoint;
        }
        var mine = slices.Where(slice => !slice.IsTaken && slice.Existing is { } existing && group.Fits(existing)).ToList();
        foreach (var slice in mine)
        {
            slice.Take(group);
            slice.Keep(missing);
        }
        var rest = new Queue<V1Endpoint>(missing.Values);
        // Slices that are written anyway first, then the fullest of the others, which leaves few half-filled ones.
        foreach (var slice in mine.OrderByDescending(slice => slice.IsChanged).ThenByDescending(slice => slice.Endpoints.Count))
        {
            slice.Add(rest, MaxEndpoints);
        }
        while (rest.Count > 0)
        {
            // The empty slice of a service that had no endpoints is the first to get some.
            var slice = slices.Find(slice => slice is { IsTaken: false, Existing.Endpoints: null or { Count: 0 } } && slice.Existing.AddressType == group.AddressType);
            if (slice is null)
            {
                slices.Add(slice = new(null));
            }
            slice.Take(group);
            slice.Add(rest, MaxEndpoints);
        }
        foreach (var slice in mine.Where(slice => slice.Endpoints.Count == 0))
        {
            slice.LetGo();
        }
    }

    /// <summary>Leaves one slice, with nothing in it: one of those there are, if it can be.</summary>
    private static void Empty(List<SliceDraft> slices)
    {
        var slice = slices.Where(slice => slice.Existing?.AddressType == "IPv4").OrderBy(slice => slice.Existing!.Endpoints?.Count ?? 0).FirstOrDefault(); // Filtered.
        if (slice is null)
        {
            slices.Add(slice = new(null));
        }
        slice.Take(new("IPv4", [], []));
        slice.Keep([]);
    }
}
