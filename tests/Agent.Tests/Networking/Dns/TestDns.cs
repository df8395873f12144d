using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Networking.Dns;

namespace Orchestrator.Agent.Tests.Networking.Dns;

/// <summary>A zone that follows a directory, and questions to it in the words of dig: name and type in, lines of records out.</summary>
internal sealed class TestDns
{
    public TestDns(Func<IReadOnlyList<IPEndPoint>>? upstream = null)
    {
        Zone = new("cluster.local");
        Directory.Changed += changed =>
        {
            foreach (var name in changed)
            {
                Zone.Set(name, Directory.States.TryGetValue(name, out var state) ? ZoneRecords.Of(state, Zone.Domain) : null);
            }
        };
        Responder = new(Zone);
        Forwarder = new(Responder, new Upstream(upstream ?? (() => []), TimeProvider.System), new UpstreamCache(Time));
    }

    public FakeTimeProvider Time { get; } = new();
    public ServiceDirectory Directory { get; } = new();
    public DnsZone Zone { get; }
    public DnsResponder Responder { get; }
    public DnsForwarder Forwarder { get; }

    public static byte[] Question(string name, DnsType type, int size = 0, ushort id = 7)
    {
        List<byte> message = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(size > 0 ? 1 : 0)];
        message.AddRange(DnsName.Encode(name));
        message.AddRange([(byte)((int)type >> 8), (byte)type, 0, 1]);
        if (size > 0)
        {
            message.AddRange([0, 0, 41, (byte)(size >> 8), (byte)size, 0, 0, 0, 0, 0, 0]);
        }
        return [.. message];
    }

    /// <summary><c>NOERROR</c> or another code, then a line a record; what goes to others is <c>forward NAME</c>.</summary>
    public string[] Ask(string name, DnsType type, int size = 0) => AskRaw(Question(name, type, size), out var answer) is { } target ? [$"forward {target}"] : Show(answer);

    public string? AskRaw(byte[] question, out byte[] answer, int limit = 4096)
    {
        answer = [];
        if (!DnsQuery.TryRead(question, stackalloc char[DnsName.MaxLength], out var query))
        {
            return null;
        }
        var buffer = new byte[limit];
        var target = Responder.Answer(query, buffer, limit, out var length);
        answer = buffer[..length];
        return target;
    }

    public static string[] Show(ReadOnlySpan<byte> answer)
    {
        var lines = new List<string> { UpstreamMessage.Code(answer) + (UpstreamMessage.IsTruncated(answer) ? " truncated" : "") };
        var question = answer[5] == 0 ? 0 : DnsName.Skip(answer, DnsQuery.HeaderLength) + 4 - DnsQuery.HeaderLength;
        var records = UpstreamMessage.Records(answer, question);
        while (records.MoveNext())
        {
            if (records.Type != DnsType.Opt)
            {
                lines.Add($"{records.Type} {Text(records.Type, records.Data)}");
            }
        }
        return [.. lines];
    }

    private static string Text(DnsType type, ReadOnlySpan<byte> data) => type switch
    {
        DnsType.A or DnsType.Aaaa => new IPAddress(data).ToString(),
        DnsType.Srv => $"{(data[4] << 8) + data[5]} {Name(data[6..])}",
        DnsType.Txt => Encoding.ASCII.GetString(data[1..]),
        DnsType.Soa => "",
        _ => Name(data),
    };

    private static string Name(ReadOnlySpan<byte> data)
    {
        Span<char> text = stackalloc char[DnsName.MaxLength];
        DnsName.Read(data, text, out var length);
        return text[..length].ToString();
    }
}
