namespace Orchestrator.Agent.Networking.Dns;

/// <summary>What a client asked that others have to answer: kept apart from its buffers, which serve the next client meanwhile.</summary>
internal sealed record ForwardedQuestion(byte[] Message, string Target, int Limit);

/// <summary>Finds the answers that the cluster's zone has not: from what was kept, or from the machine's resolvers.</summary>
internal sealed class DnsForwarder(DnsResponder responder, Upstream upstream, UpstreamCache cache)
{
    private const int MaxMessage = ushort.MaxValue;

    /// <returns>The answer for the client.</returns>
    public async Task<byte[]> AnswerAsync(ForwardedQuestion forwarded, CancellationToken cancellationToken)
    {
        var (question, own, type, secure) = Describe(forwarded);
        var found = cache.Find(forwarded.Target, type, secure);
        if (found is null)
        {
            if (await upstream.AskAsync(question, secure, cancellationToken) is { } answer)
            {
                cache.Put(forwarded.Target, type, secure, answer, UpstreamMessage.TimeToLive(answer, question.Length, UpstreamCache.MaxSeconds));
                found = ([.. answer], 0);
            }
        }
        return Finish(forwarded, found, question.Length, own);
    }

    /// <summary>The question for the resolvers: the client's own, or one for what its name is an alias of.</summary>
    private static (byte[] Question, bool IsOwn, DnsType Type, bool Secure) Describe(ForwardedQuestion forwarded)
    {
        DnsQuery.TryRead(forwarded.Message, stackalloc char[DnsName.MaxLength], out var query);
        var own = query.Name.SequenceEqual(forwarded.Target);
        return (own ? query.Question.ToArray() : UpstreamMessage.Question(forwarded.Target, query.Type), own, query.Type, own && query.WantsSecurity);
    }

    private byte[] Finish(ForwardedQuestion forwarded, (byte[] Message, uint Elapsed)? found, int question, bool own)
    {
        DnsQuery.TryRead(forwarded.Message, stackalloc char[DnsName.MaxLength], out var query);
        if (found is not { } answer)
        {
            var failure = new byte[DnsQuery.Limit];
            return failure[..DnsAnswer.Write(failure, query, DnsCode.ServerFailure)];
        }
        if (!own)
        {
            return Alias(query, answer.Message, answer.Elapsed, forwarded, question);
        }
        var message = answer.Message;
        UpstreamMessage.Readdress(message, query, answer.Elapsed);
        if (!query.HasExtensions)
        {
            message = WithoutExtensions(message, question);
        }
        if (message.Length <= forwarded.Limit)
        {
            return message;
        }
        var shortened = new byte[DnsQuery.Limit];
        return shortened[..DnsAnswer.WriteTruncated(shortened, query, authoritative: false)];
    }

    /// <summary>The alias and the records of its target that were asked for; the steps that the resolvers took between them are left out.</summary>
    private byte[] Alias(DnsQuery query, byte[] message, uint elapsed, ForwardedQuestion forwarded, int question)
    {
        var buffer = new byte[Math.Min(forwarded.Limit, MaxMessage)];
        var answer = new DnsAnswer(buffer, query, forwarded.Limit);
        var target = DnsName.Encode(forwarded.Target);
        if (responder.Zone.TryFind(query.Name, out var records))
        {
            foreach (var record in records.Where(record => record.Type == DnsType.Cname))
            {
                answer.Add(record, DnsZone.TimeToLive);
            }
        }
        var reader = UpstreamMessage.Records(message, question);
        while (reader.MoveNext())
        {
            // Of names inside other data, compressed ones would point into another message: addresses have none.
            if (reader.Type == query.Type && query.Type is DnsType.A or DnsType.Aaaa)
            {
                answer.Add(target, new(reader.Type, reader.Data.ToArray()), reader.TimeToLive - Math.Min(reader.TimeToLive, elapsed));
            }
        }
        return buffer[..answer.Finish(UpstreamMessage.Code(message), authoritative: false)];
    }

    /// <summary>A client that said nothing of extensions gets none back.</summary>
    private static byte[] WithoutExtensions(byte[] message, int question)
    {
        var reader = UpstreamMessage.Records(message, question);
        while (reader.MoveNext())
        {
            if (reader.Type == DnsType.Opt && reader.End == message.Length)
            {
                message[11]--;
                return message[..reader.Start];
            }
        }
        return message;
    }
}
