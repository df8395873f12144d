using System.Net;
using System.Net.Sockets;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Networking.Dns;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking.Dns;

/// <summary>Messages as they stand on the wire, the hostile ones too; over real sockets where sockets matter.</summary>
public sealed class ProtocolTests
{
    /// <summary>Two servers' silence, and some more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly byte[] Damaged = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, (byte)'x'];

    [Fact]
    public void Question_ComesBackAsItWas_LetterCaseAndAll()
    {
        var dns = new TestDns();
        dns.Directory.Put(Cluster.Service("web", "10.96.0.20"));
        var question = TestDns.Question("wEb.Shop.SVC.cluster.local", DnsType.A, id: 0xBEEF);
        Assert.Null(dns.AskRaw(question, out var answer));
        Assert.Equal(question[12..], answer[12..question.Length]);
        Assert.Equal((0xBE, 0xEF, 0x85, 0x80), (answer[0], answer[1], answer[2], answer[3]));
    }

    [Fact]
    public void Damaged_IsAFormatError()
    {
        new TestDns().AskRaw(Damaged, out var answer);
        Assert.Equal(DnsCode.FormatError, UpstreamMessage.Code(answer));
    }

    [Theory]
    [InlineData(0x28)] // An update.
    [InlineData(0x10)] // A status request.
    public void OtherOperations_AreNotImplemented(byte flags)
    {
        var question = TestDns.Question("web.shop.svc.cluster.local", DnsType.A);
        question[2] = flags;
        new TestDns().AskRaw(question, out var answer);
        Assert.Equal(DnsCode.NotImplemented, UpstreamMessage.Code(answer));
    }

    [Fact]
    public void OtherClasses_AreRefused()
    {
        var question = TestDns.Question("web.shop.svc.cluster.local", DnsType.A);
        question[^1] = 3;
        new TestDns().AskRaw(question, out var answer);
        Assert.Equal(DnsCode.Refused, UpstreamMessage.Code(answer));
    }

    [Fact]
    public void NewerExtensions_AreABadVersion()
    {
        var question = TestDns.Question("web.shop.svc.cluster.local", DnsType.A, size: 1232);
        question[^5] = 1;
        new TestDns().AskRaw(question, out var answer);
        Assert.Equal((0, 1), (answer[3] & 0xF, answer[^6])); // 16: the lower bits in the header, the upper in the option.
    }

    [Fact]
    public void Answers_AreNotAnswered()
    {
        var question = TestDns.Question("web.shop.svc.cluster.local", DnsType.A);
        question[2] |= 0x80;
        Assert.False(DnsQuery.TryRead(question, new char[DnsName.MaxLength], out _));
        Assert.False(DnsQuery.TryRead(question.AsSpan(0, 11), new char[DnsName.MaxLength], out _));
    }

    [Fact]
    public void AnyBytes_AreAnsweredOrDropped_NeverAFault()
    {
        var dns = new TestDns();
        dns.Directory.Put(Cluster.Service("web", "10.96.0.20"));
        Gen.Byte.Array[0, 600].Sample(message =>
        {
            dns.AskRaw(message, out var answer);
            if (answer.Length > 0)
            {
                Assert.True(answer.Length >= DnsQuery.HeaderLength && (answer[2] & 0x80) != 0);
            }
        }, iter: 20_000);
    }

    [Fact]
    public void DamagedQuestions_AreAnsweredOrDropped_NeverAFault()
    {
        var dns = new TestDns();
        dns.Directory.Put(Cluster.Service("web", "10.96.0.20"));
        var good = TestDns.Question("web.shop.svc.cluster.local", DnsType.A, size: 1232);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            var message = good.ToArray();
            message[at] = value;
            dns.AskRaw(message[..length], out _);
        }, iter: 20_000);
    }

    [Fact]
    public async Task ManyMembers_AreCutShortOverUdp_AndWholeOverTcp()
    {
        var dns = Crowd(200);
        using var server = Start(dns);
        using var udp = new UdpClient();
        var question = TestDns.Question("zk.shop.svc.cluster.local", DnsType.A);
        await udp.SendAsync(question, server.Address, TestContext.Current.CancellationToken);
        var cut = (await udp.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer;
        Assert.True(cut.Length <= 512);
        Assert.True(UpstreamMessage.IsTruncated(cut));
        Assert.Equal(201, TestDns.Show(await OverTcpAsync(server.Address, question)).Length);
    }

    [Fact]
    public async Task OtherNames_AreAskedElsewhere_AndKept()
    {
        var elsewhere = new TestDns();
        elsewhere.Directory.Put(Cluster.Service("db", "192.0.2.9"));
        using var upstream = Start(new TestDns());
        using var good = Start(elsewhere, "db.example.com", "192.0.2.9");
        // The first server does not know, and says so by failing: it has nobody to ask.
        var dns = new TestDns(() => [upstream.Address, good.Address]);
        var external = Cluster.Service("far", null);
        (external.Spec.Type, external.Spec.ExternalName) = ("ExternalName", "db.example.com");
        dns.Directory.Put(external);
        using var server = Start(dns);
        Assert.Equal(["NoError", "A 192.0.2.9"], TestDns.Show(await OverUdpAsync(server.Address, TestDns.Question("DB.example.com", DnsType.A))));
        Assert.Equal(["NoError", "Cname db.example.com", "A 192.0.2.9"], TestDns.Show(await OverUdpAsync(server.Address, TestDns.Question("far.shop.svc.cluster.local", DnsType.A))));
        // Both are gone: what was kept is answered still.
        upstream.Dispose();
        good.Dispose();
        var question = TestDns.Question("db.EXAMPLE.com", DnsType.A, id: 99);
        var kept = await OverUdpAsync(server.Address, question);
        Assert.Equal(["NoError", "A 192.0.2.9"], TestDns.Show(kept));
        Assert.Equal(question[12..], kept[12..question.Length]);
        Assert.Equal(["ServerFailure"], TestDns.Show(await OverUdpAsync(server.Address, TestDns.Question("other.example.com", DnsType.A))));
        dns.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(["ServerFailure"], TestDns.Show(await OverUdpAsync(server.Address, TestDns.Question("db.example.com", DnsType.A))));
    }

    [Fact]
    public void Cache_IsBounded()
    {
        var cache = new UpstreamCache(TimeProvider.System);
        for (var i = 0; i < UpstreamCache.Capacity * 2; i++)
        {
            cache.Put($"n{i}.example.com", DnsType.A, false, [], 30);
        }
        Assert.InRange(cache.Count, 1, UpstreamCache.Capacity);
    }

    private static TestDns Crowd(int members)
    {
        var dns = new TestDns();
        dns.Directory.Put(Cluster.Service("zk", "None"))
            .Put(Cluster.Slice("zk", "zk-a", [], [.. Enumerable.Range(0, members).Select(i => Cluster.Endpoint($"10.1.{i / 200}.{i % 200 + 1}"))]));
        return dns;
    }

    /// <summary>A server for one foreign name, as a machine's resolver is.</summary>
    private static DnsServer Start(TestDns dns, string name, string address)
    {
        dns.Zone.Set(new("", name), new() { [name] = [DnsRecord.Of(IPAddress.Parse(address))] });
        return Start(dns);
    }

    private static DnsServer Start(TestDns dns) =>
        DnsServer.Start(new(IPAddress.Loopback, 0), dns.Responder, dns.Forwarder, TimeProvider.System, NullLogger.Instance);

    private static async Task<byte[]> OverUdpAsync(IPEndPoint server, byte[] question)
    {
        using var udp = new UdpClient();
        await udp.SendAsync(question, server, TestContext.Current.CancellationToken);
        return (await udp.ReceiveAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken)).Buffer;
    }

    private static async Task<byte[]> OverTcpAsync(IPEndPoint server, byte[] question)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        // In pieces: a frame need not come at once.
        foreach (var piece in new byte[] { (byte)(question.Length >> 8), (byte)question.Length }.Concat(question).Chunk(5))
        {
            await stream.WriteAsync(piece, TestContext.Current.CancellationToken);
        }
        var prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, TestContext.Current.CancellationToken);
        var answer = new byte[(prefix[0] << 8) + prefix[1]];
        await stream.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        return answer;
    }
}
