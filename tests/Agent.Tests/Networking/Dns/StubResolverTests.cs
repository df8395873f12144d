using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Networking.Dns;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking.Dns;

/// <summary>Names as a program's resolver tries them, and what servers answer, as people read it.</summary>
public sealed class StubResolverTests
{
    private static readonly ResolverSettings Pod = new(["127.0.0.1"], ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"], ["ndots:5"]);

    [Theory]
    [InlineData("web", "web.shop.svc.cluster.local web.svc.cluster.local web.cluster.local web")]
    [InlineData("Web.other.svc", "web.other.svc.shop.svc.cluster.local web.other.svc.svc.cluster.local web.other.svc.cluster.local web.other.svc")]
    [InlineData("a.b.c.d.e.example.com", "a.b.c.d.e.example.com a.b.c.d.e.example.com.shop.svc.cluster.local a.b.c.d.e.example.com.svc.cluster.local a.b.c.d.e.example.com.cluster.local")]
    [InlineData("example.com.", "example.com")]
    [InlineData("a..b", "")]
    public void Candidates_AreTriedWithTheSearchDomains_AndAsTheyAreFromFiveDotsOn(string name, string expected) =>
        Assert.Equal(expected, string.Join(' ', new StubResolver(Pod, DnsExchange.Here, TimeProvider.System).Candidates(name)));

    [Fact]
    public void Candidates_WithoutOptions_AreAsTheyAreFromOneDotOn() => Assert.Equal(
        ["a.b", "a.b.example.com"], new StubResolver(new([], ["example.com."], []), DnsExchange.Here, TimeProvider.System).Candidates("a.b"));

    [Fact]
    public void File_IsReadAsItIsWritten()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, ResolverFile.Write(Pod));
        var read = ResolverFile.Read(path);
        File.Delete(path);
        Assert.Equal(Pod.Nameservers, read.Nameservers);
        Assert.Equal(Pod.Searches, read.Searches);
        Assert.Equal(Pod.Options, read.Options);
        Assert.Equal(5, ResolverFile.Dots(read));
    }

    [Fact]
    public void File_OfPeople_HasCommentsAndTabsAndOldWords()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "# nameserver 192.0.2.1\nnameserver\t192.0.2.2\nnameserver nonsense\ndomain old.example\nsearch  new.example\tother.example\noptions timeout:1 ndots:2\noptions rotate\n");
        var read = ResolverFile.Read(path);
        File.Delete(path);
        Assert.Equal(["192.0.2.2"], read.Nameservers);
        Assert.Equal(["new.example", "other.example"], read.Searches);
        Assert.Equal(2, ResolverFile.Dots(read));
    }

    [Fact]
    public async Task Answers_AreWhatTheServerSaid_OfTheFirstNameThatHasRecords()
    {
        var dns = new TestDns();
        dns.Directory.Put(Cluster.Service("web", "10.96.0.20", Cluster.Port("http", 80)));
        using var server = new DnsFixture(dns);
        var resolver = server.Resolver(Pod);
        var found = await resolver.ResolveAsync(new("web", "A"), TestContext.Current.CancellationToken);
        Assert.Equal(("NOERROR", "web.shop.svc.cluster.local"), (found.Code, found.QueryName));
        Assert.Equal(("web.shop.svc.cluster.local", "A", 5L, "10.96.0.20"), Assert.Single(found.Records) is var one ? (one.Name, one.Type, one.TimeToLiveSeconds, one.Data) : default);
        Assert.Equal("0 100 80 web.shop.svc.cluster.local", Assert.Single((await resolver.ResolveAsync(new("_http._tcp.web", "SRV"), TestContext.Current.CancellationToken)).Records).Data);
        Assert.Equal("web.shop.svc.cluster.local", Assert.Single((await resolver.ResolveAsync(new("10.96.0.20", "PTR"), TestContext.Current.CancellationToken)).Records).Data);
        Assert.Equal("\"1.1.0\"", Assert.Single((await resolver.ResolveAsync(new("dns-version.cluster.local", "TXT"), TestContext.Current.CancellationToken)).Records).Data);
        // There, but without such a record: it says more than that another name is not there.
        Assert.Equal(("NOERROR", "web.shop.svc.cluster.local", 0), await resolver.ResolveAsync(new("web", "AAAA"), TestContext.Current.CancellationToken) is var none ? (none.Code, none.QueryName, none.Records.Count) : default);
        Assert.Equal("NXDOMAIN", (await resolver.ResolveAsync(new("nothing.cluster.local.", "A"), TestContext.Current.CancellationToken)).Code);
        Assert.Contains("not known", (await resolver.ResolveAsync(new("web", "HINFO"), TestContext.Current.CancellationToken)).Error!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoServer_IsToldWithItsAddress()
    {
        var found = await new StubResolver(Pod with { Nameservers = ["127.0.0.99"] }, DnsExchange.Here, TimeProvider.System).ResolveAsync(new("web", "A"), TestContext.Current.CancellationToken);
        Assert.Null(found.Code);
        Assert.StartsWith("127.0.0.99:53: ", found.Error!, StringComparison.Ordinal);
        Assert.Equal("no name server is set", (await new StubResolver(new([], [], []), DnsExchange.Here, TimeProvider.System).ResolveAsync(new("web", "A"), TestContext.Current.CancellationToken)).Error);
    }

    /// <summary>A server on a port that the tests may have; questions for port 53 go there.</summary>
    private sealed class DnsFixture(TestDns dns) : IDisposable
    {
        private readonly DnsServer _server = DnsServer.Start(new(IPAddress.Loopback, 0), dns.Responder, dns.Forwarder, TimeProvider.System, NullLogger.Instance);

        public StubResolver Resolver(ResolverSettings settings) => new(settings, DnsExchange.Here, TimeProvider.System) { Port = _server.Address.Port };

        public void Dispose() => _server.Dispose();
    }
}
