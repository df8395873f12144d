using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Orchestrator.Agent.Networking.Dns;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking.Dns;

/// <summary>What is asked of the machine's resolvers, and what becomes of their answers.</summary>
public sealed class ForwardingTests : IDisposable
{
    private readonly FakeUpstream _upstream = new();

    [Fact]
    public async Task AnswerThatDoesNotFit_IsFetchedOverTcp_AndCutShortForAClientThatTakesLess()
    {
        _upstream.Answer = question => Answer(question, DnsCode.NoError, [.. Enumerable.Range(1, 60).Select(i => $"192.0.2.{i}")]);
        var whole = await AskAsync("many.example.com", limit: 4096);
        Assert.Equal((61, 1, 1), (TestDns.Show(whole).Length, _upstream.OverUdp, _upstream.OverTcp));
        var cut = await AskAsync("many.example.com", limit: 512);
        Assert.True(UpstreamMessage.IsTruncated(cut) && cut.Length <= 512);
    }

    [Fact]
    public async Task Questions_CarryExtensions_AndAnswersOnlyForClientsThatDo()
    {
        _upstream.Answer = question => Answer(question, DnsCode.NoError, ["192.0.2.1"], withExtensions: true);
        var plain = await AskAsync("a.example.com", limit: 512);
        Assert.True(_upstream.SawExtensions);
        Assert.Equal(0, BinaryPrimitives.ReadUInt16BigEndian(plain.AsSpan(10)));
        var extended = await AskAsync("b.example.com", limit: 1232, size: 1232);
        Assert.Equal(1, BinaryPrimitives.ReadUInt16BigEndian(extended.AsSpan(10)));
    }

    [Fact]
    public async Task NoSuchName_IsKeptAsLongAsItsAuthoritySays()
    {
        _upstream.Answer = question => Answer(question, DnsCode.NoSuchName, [], minimum: 10);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("NoSuchName", TestDns.Show(await AskAsync("nothing.example.com", limit: 512))[0]);
        }
        Assert.Equal(1, _upstream.OverUdp);
        _dns!.Time.Advance(TimeSpan.FromSeconds(11)); // Made by the first question.
        await AskAsync("nothing.example.com", limit: 512);
        Assert.Equal(2, _upstream.OverUdp);
    }

    [Fact]
    public async Task AnswersThatAreNotToTheQuestion_AreWaitedPast()
    {
        _upstream.Before = question =>
        {
            var forged = Answer(question, DnsCode.NoError, ["203.0.113.66"]);
            forged[0] ^= 0xFF;
            return forged;
        };
        _upstream.Answer = question => Answer(question, DnsCode.NoError, ["192.0.2.1"]);
        Assert.Equal(["NoError", "A 192.0.2.1"], TestDns.Show(await AskAsync("a.example.com", limit: 512)));
    }

    public void Dispose() => _upstream.Dispose();

    private TestDns? _dns;

    private async Task<byte[]> AskAsync(string name, int limit, int size = 0)
    {
        _dns ??= new(() => [_upstream.Address]);
        return await _dns.Forwarder.AnswerAsync(new(TestDns.Question(name, DnsType.A, size), name, limit), TestContext.Current.CancellationToken);
    }

    private static byte[] Answer(byte[] question, DnsCode code, string[] addresses, bool withExtensions = false, int minimum = 0)
    {
        var end = DnsName.Skip(question, DnsQuery.HeaderLength) + 4;
        List<byte> message = [question[0], question[1], 0x81, (byte)(0x80 | (int)code), 0, 1, 0, (byte)addresses.Length, 0, (byte)(minimum > 0 ? 1 : 0), 0, (byte)(withExtensions ? 1 : 0), .. question[DnsQuery.HeaderLength..end]];
        foreach (var address in addresses)
        {
            message.AddRange([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, .. IPAddress.Parse(address).GetAddressBytes()]);
        }
        if (minimum > 0)
        {
            message.AddRange([0xC0, 12, 0, 6, 0, 1, 0, 0, 0, 30, 0, 22, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, (byte)minimum]);
        }
        if (withExtensions)
        {
            message.AddRange([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]);
        }
        return [.. message];
    }

    /// <summary>A resolver that answers as it is told; over UDP no more than 512 octets.</summary>
    private sealed class FakeUpstream : IDisposable
    {
        private readonly UdpClient _udp;
        private readonly TcpListener _tcp;
        private readonly ConcurrentBag<Exception> _problems = [];

        public FakeUpstream()
        {
            (_udp, _tcp) = Bind();
            Address = (IPEndPoint)_udp.Client.LocalEndPoint!; // Bound.
            _ = ServeAsync(UdpAsync);
            _ = ServeAsync(TcpAsync);
        }

        /// <summary>A port that is free for both protocols: that the one has given may be in use by the other, of whoever.</summary>
        private static (UdpClient, TcpListener) Bind()
        {
            while (true)
            {
                var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
                var tcp = new TcpListener((IPEndPoint)udp.Client.LocalEndPoint!); // Bound.
                try
                {
                    tcp.Start();
                    return (udp, tcp);
                }
                catch (SocketException problem) when (problem.SocketErrorCode == SocketError.AddressAlreadyInUse)
                {
                    udp.Dispose();
                    tcp.Dispose();
                }
            }
        }

        public IPEndPoint Address { get; }
        public Func<byte[], byte[]> Answer { get; set; } = question => question;
        public Func<byte[], byte[]>? Before { get; set; }
        public int OverUdp { get; private set; }
        public int OverTcp { get; private set; }
        public bool SawExtensions { get; private set; }

        public void Dispose()
        {
            _udp.Dispose();
            _tcp.Dispose();
            Assert.Empty(_problems);
        }

        private async Task ServeAsync(Func<Task> one)
        {
            try
            {
                while (true)
                {
                    await one();
                }
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                // The test is over.
            }
            catch (Exception e)
            {
                _problems.Add(e);
            }
        }

        private async Task UdpAsync()
        {
            var received = await _udp.ReceiveAsync();
            OverUdp++;
            SawExtensions |= received.Buffer[11] == 1;
            if (Before is { } before)
            {
                await _udp.SendAsync(before(received.Buffer), received.RemoteEndPoint);
            }
            var answer = Answer(received.Buffer);
            if (answer.Length > 512)
            {
                answer = ForwardingTests.Answer(received.Buffer, DnsCode.NoError, []);
                answer[2] |= 2;
            }
            await _udp.SendAsync(answer, received.RemoteEndPoint);
        }

        private async Task TcpAsync()
        {
            using var client = await _tcp.AcceptTcpClientAsync();
            OverTcp++;
            var stream = client.GetStream();
            var prefix = new byte[2];
            await stream.ReadExactlyAsync(prefix);
            var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
            await stream.ReadExactlyAsync(question);
            var answer = Answer(question);
            BinaryPrimitives.WriteUInt16BigEndian(prefix, (ushort)answer.Length);
            await stream.WriteAsync(new byte[][] { prefix, answer }.SelectMany(part => part).ToArray());
        }
    }
}
