using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Orchestrator.Model.Network;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>Looks names up as a program's own resolver does: with its search domains, one server after the other. Source: resolv.conf(5).</summary>
internal sealed class StubResolver(ResolverSettings settings, DnsExchange exchange, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Where servers listen.</summary>
    public int Port { get; init; } = 53;

    public async Task<NameAnswer> ResolveAsync(NameQuestion question, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        if (Type(question.Type) is not { } type)
        {
            return Unanswered(question, "", $"type {question.Type} is not known here");
        }
        NameAnswer? best = null;
        foreach (var candidate in type == DnsType.Ptr && IPAddress.TryParse(question.Name, out var address) ? [DnsName.Reverse(address)] : Candidates(question.Name))
        {
            var answer = await AskAsync(question, candidate, type, cancellationToken);
            if (answer.Records.Count > 0 || answer.Error is not null)
            {
                best = answer;
                break;
            }
            // That a name is there without records of this type says more than that another is not there.
            best = best is { Code: "NOERROR" } ? best : answer;
        }
        return (best ?? Unanswered(question, question.Name, $"\"{question.Name}\" can be no name")) with { Milliseconds = time.GetElapsedTime(since).TotalMilliseconds };
    }

    /// <summary>The whole names that are tried, in order, each without its last dot.</summary>
    public IReadOnlyList<string> Candidates(string name)
    {
        var lower = name.ToLowerInvariant();
        if (lower.EndsWith('.'))
        {
            return DnsName.CanEncode(lower[..^1]) ? [lower[..^1]] : [];
        }
        var searched = settings.Searches.Select(search => $"{lower}.{search.Trim('.').ToLowerInvariant()}");
        var all = lower.Count(letter => letter == '.') >= ResolverFile.Dots(settings) ? searched.Prepend(lower) : searched.Append(lower);
        return [.. all.Where(DnsName.CanEncode).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Nobody could be asked, or nobody answered.</summary>
    public static NameAnswer Unanswered(NameQuestion asked, string name, string error) => new(asked.Name, asked.Type, name, null, [], null, error, 0);

    private async Task<NameAnswer> AskAsync(NameQuestion asked, string name, DnsType type, CancellationToken cancellationToken)
    {
        var question = UpstreamMessage.Question(name, type);
        var problems = new List<string>();
        foreach (var server in settings.Nameservers.Select(server => new IPEndPoint(IPAddress.Parse(server), Port)))
        {
            using var limit = new CancellationTokenSource(Patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                return Read(asked, name, server, await exchange.AskAsync(server, question, wantsSecurity: false, both.Token), question.Length);
            }
            catch (Exception e) when ((e is SocketException or IOException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
            {
                problems.Add($"{server}: {(e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s" : e.Message)}");
            }
        }
        return Unanswered(asked, name, problems.Count == 0 ? "no name server is set" : string.Join("; ", problems));
    }

    private static NameAnswer Read(NameQuestion asked, string name, IPEndPoint server, byte[] message, int questionLength)
    {
        var records = new List<NameRecord>();
        var count = (message[6] << 8) + message[7];
        var reader = UpstreamMessage.Records(message, questionLength);
        while (records.Count < count && reader.MoveNext())
        {
            records.Add(new(RecordText.Name(message, reader.Start), Name(reader.Type), reader.TimeToLive, RecordText.Data(message, reader)));
        }
        return new(asked.Name, asked.Type, name, Name(UpstreamMessage.Code(message)), records, server.ToString(), null, 0);
    }

    private static DnsType? Type(string? text) => Enum.TryParse<DnsType>(text, ignoreCase: true, out var type) && Enum.IsDefined(type) && type != DnsType.Opt ? type : null;

    private static string Name(DnsType type) => Enum.IsDefined(type) ? type.ToString().ToUpperInvariant() : string.Create(CultureInfo.InvariantCulture, $"TYPE{(int)type}");

    private static string Name(DnsCode code) => code switch
    {
        DnsCode.NoError => "NOERROR",
        DnsCode.FormatError => "FORMERR",
        DnsCode.ServerFailure => "SERVFAIL",
        DnsCode.NoSuchName => "NXDOMAIN",
        DnsCode.NotImplemented => "NOTIMP",
        DnsCode.Refused => "REFUSED",
        _ => string.Create(CultureInfo.InvariantCulture, $"RCODE{(int)code}"),
    };
}
