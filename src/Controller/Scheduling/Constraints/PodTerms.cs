namespace Orchestrator.Controller.Scheduling.Constraints;

/// <summary>
/// All that is counted of pods by node: for each scope that somebody asks about how many it matches, for each term that placed pods carry how
/// many carry it. A change of a pod costs a step for each term; what is asked of the counts is arithmetic.
/// </summary>
internal sealed class PodTerms(Func<string, IReadOnlyDictionary<string, string>?> namespaceLabels)
{
    private readonly List<PodTerm> _terms = [];
    private readonly Dictionary<string, PodTerm> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HeldTerm> _held = new(StringComparer.Ordinal);
    private int _ids;

    /// <summary>Terms of placed pods towards others.</summary>
    public IReadOnlyCollection<HeldTerm> Held => _held.Values;

    public bool Matches(PodScope scope, PodClass pod) => scope.Matches(pod, namespaceLabels);

    public bool Matches(HeldTerm held, PodClass pod) => pod.CachedWeight(held.MatchId, one => Matches(held.Scope, one) ? 1 : 0) != 0;

    /// <summary>Adds (1) or takes away (-1) a pod on a node.</summary>
    public void Count(PodInfo pod, int node, int sign)
    {
        Carry(pod.Class);
        foreach (var term in _terms)
        {
            var weight = term.SkipsTerminating && pod.IsTerminating ? 0 : term.WeightOf(pod.Class);
            if (weight != 0)
            {
                term.Add(node, sign * weight);
            }
        }
    }

    public PodTerm GetOrAdd(string key, Func<PodTerms, int, PodTerm> make, IEnumerable<(PodInfo Pod, int Node)> placed)
    {
        if (!_byKey.TryGetValue(key, out var term))
        {
            term = make(this, _ids++);
            foreach (var (pod, node) in placed)
            {
                Count(term, pod, node);
            }
            _byKey[key] = term;
            _terms.Add(term);
        }
        return term;
    }

    public void Recount(IEnumerable<PodClass> classes, IEnumerable<(PodInfo Pod, int Node)> placed)
    {
        var dependent = _terms.Where(term => term.DependsOnNamespaces).ToArray();
        foreach (var one in classes)
        {
            foreach (var term in dependent)
            {
                one.ForgetWeight(term.Id);
            }
            foreach (var held in _held.Values.Where(held => held.Scope.NamespaceSelector is not null))
            {
                one.ForgetWeight(held.MatchId);
            }
        }
        foreach (var term in dependent)
        {
            term.Clear();
        }
        foreach (var (pod, node) in placed)
        {
            foreach (var term in dependent)
            {
                Count(term, pod, node);
            }
        }
    }

    private static void Count(PodTerm term, PodInfo pod, int node)
    {
        var weight = term.SkipsTerminating && pod.IsTerminating ? 0 : term.WeightOf(pod.Class);
        if (weight != 0)
        {
            term.Add(node, weight);
        }
    }

    // The first pod of a class brings in the terms that the class carries.
    private void Carry(PodClass pod)
    {
        foreach (var term in pod.RequiredAntiAffinity)
        {
            Carry(term, HeldEffect.Repels, one => one.RequiredAntiAffinity, _ => 1);
        }
        foreach (var term in pod.PreferredAffinity)
        {
            Carry(term, HeldEffect.Attracts, one => one.PreferredAffinity, own => own.Weight);
        }
        // As Kubernetes' scheduler does: near those who need it, a pod is a little better placed.
        foreach (var term in pod.RequiredAffinity)
        {
            Carry(term, HeldEffect.Attracts, one => one.RequiredAffinity, _ => 1);
        }
    }

    private void Carry(AffinityTerm term, HeldEffect effect, Func<PodClass, IReadOnlyList<AffinityTerm>> terms, Func<AffinityTerm, int> weight)
    {
        var required = term.Weight == 0;
        var key = $"{effect}|{required}|{term.TopologyKey}|{term.Scope.Key}";
        if (_held.ContainsKey(key))
        {
            return;
        }
        var (scope, topologyKey) = (term.Scope.Key, term.TopologyKey);
        var carriers = new PodTerm(
            _ids++,
            one => terms(one).Where(own => own.TopologyKey == topologyKey && own.Scope.Key == scope).Sum(weight),
            skipsTerminating: false, dependsOnNamespaces: false);
        // It is new: nobody who was counted before carries it.
        _terms.Add(carriers);
        _held[key] = new(term.Scope, topologyKey, effect, carriers, _ids++);
    }
}
