namespace Orchestrator.Agent.Networking.Proxy.Kernel;

/// <summary>How one program of the system is told the rules. Texts only: pure.</summary>
internal interface IRuleDialect
{
    string Name { get; }

    /// <summary>The program, and what makes it read a script from its input and carry it out whole or not at all.</summary>
    (string Program, IReadOnlyList<string> Arguments) Load { get; }

    /// <summary>What is asked to see whether our rules are still there: fails when they are not.</summary>
    (string Program, IReadOnlyList<string> Arguments) Look { get; }

    /// <summary>Places in chains of others where ours have to be called from: chain by chain, what comes before all else there.</summary>
    IReadOnlyList<IReadOnlyList<string>> Hooks { get; }

    /// <summary>All rules, in place of whatever is there of ours.</summary>
    string Whole(IReadOnlyCollection<ProxyRule> rules, NetworkRanges ranges);

    /// <summary>From rules that hold to others.</summary>
    /// <param name="before">What holds now.</param>
    /// <param name="set">New and changed ones.</param>
    /// <param name="removed">Those that go.</param>
    string Changes(IReadOnlyDictionary<Frontend, ProxyRule> before, IReadOnlyCollection<ProxyRule> set, IReadOnlyCollection<Frontend> removed);

    string Ranges(NetworkRanges ranges);

    /// <summary>Nothing of ours is left.</summary>
    string Nothing { get; }
}
