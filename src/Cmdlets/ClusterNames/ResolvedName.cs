using System.Globalization;
using System.Net;
using Orchestrator.Model.Network;

namespace Orchestrator.Cmdlets;

/// <summary>A record that a name of the cluster stands for, as a pod or a node was told.</summary>
public sealed class ResolvedName
{
    private readonly NameAnswer _answer;
    private readonly NameRecord _record;

    internal ResolvedName(NameAnswer answer, NameRecord record, string source, string context) => (_answer, _record, Source, Context) = (answer, record, source, context);

    /// <summary>The name that was asked for.</summary>
    public string Name => _answer.Name;

    /// <summary>Whose record it is: the name with its search domain, or what it is an alias of.</summary>
    public string RecordName => _record.Name;

    /// <summary>Such as <c>A</c>, <c>SRV</c>.</summary>
    public string Type => _record.Type;

    /// <summary>As zone files write it.</summary>
    public string Data => _record.Data;

    /// <summary>Of A and AAAA records.</summary>
    public IPAddress? Address => Type is "A" or "AAAA" ? IPAddress.Parse(Data) : null;

    /// <summary>Of CNAME, PTR, SRV, MX and NS records: the name they point to.</summary>
    public string? Target => Type is "CNAME" or "PTR" or "SRV" or "MX" or "NS" ? Data.Split(' ')[^1] : null;

    /// <summary>Of SRV records.</summary>
    public int? Port => Type == "SRV" ? int.Parse(Data.Split(' ')[2], CultureInfo.InvariantCulture) : null;

    /// <summary>How long the answer may be kept.</summary>
    public TimeSpan TimeToLive => TimeSpan.FromSeconds(_record.TimeToLiveSeconds);

    /// <summary>Who answered.</summary>
    public string? Server => _answer.Server;

    /// <summary>How long the answer took.</summary>
    public TimeSpan Elapsed => TimeSpan.FromMilliseconds(_answer.Milliseconds);

    /// <summary>Where it was asked: <c>pod/NAMESPACE/NAME</c> or <c>node/NAME</c>.</summary>
    public string Source { get; }

    public string Context { get; }

    public override string ToString() => Data;
}
