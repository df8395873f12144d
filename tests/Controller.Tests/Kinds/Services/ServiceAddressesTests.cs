using System.Net;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Tests.Storage;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.Services;

public sealed class ServiceAddressesTests : IAsyncDisposable
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1Service>();
    private readonly TemporaryFolder _folder = new();
    private readonly TestStore _store;

    public ServiceAddressesTests() => _store = TestStore.Open(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void Claim_UntilTheRangeIsFull_EachOnceThenRefused()
    {
        var addresses = new ServiceAddresses(_store.Cache, IPNetwork.Parse("10.9.0.0/28"), new(40_000, 40_013));
        var claims = Enumerable.Range(0, 14).Select(i => addresses.Claim(Kind, Key(i), Service("NodePort"))!).ToArray();
        Assert.Equal(Enumerable.Range(1, 14).Select(i => $"10.9.0.{i}").Order(StringComparer.Ordinal), claims.Select(claim => claim.Holdings.Addresses.Single()).Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(40_000, 14), claims.Select(claim => claim.Holdings.Ports.Single()).Order());
        var full = Assert.Throws<ApiException>(() => addresses.Claim(Kind, Key(99), Service("NodePort")));
        Assert.Equal(["spec.clusterIPs[0]", "spec.ports[0].nodePort"], full.Causes.Select(cause => cause.Field));
        // A write that failed gives back what it claimed.
        claims[3].Dispose();
        using var next = addresses.Claim(Kind, Key(99), Service("NodePort"))!;
        Assert.Equal(claims[3].Holdings.Addresses.Single(), next.Holdings.Addresses.Single());
    }

    [Fact]
    public void Claim_Headless_TakesNothing() =>
        Assert.Null(new ServiceAddresses(_store.Cache, IPNetwork.Parse("10.9.0.0/28"), new(40_000, 40_001)).Claim(Kind, Key(0), Service("ClusterIP", "None")));

    [Theory]
    [InlineData("10.96.0.0/12", 256)]
    [InlineData("10.96.0.0/22", 63)]
    [InlineData("10.96.0.0/28", 0)]
    public void Reserved_LowerPart_IsForThoseWhoAsk(string network, int reserved) => Assert.Equal(reserved, new AddressRange(IPNetwork.Parse(network)).Reserved);

    private static ObjectKey Key(int i) => ObjectKey.Of(Kind, "default", $"s{i}");

    private static JsonObject Service(string type, string? address = null)
    {
        var spec = new JsonObject { ["type"] = type, ["ports"] = new JsonArray(new JsonObject { ["port"] = 80, ["protocol"] = "TCP" }) };
        if (address is not null)
        {
            (spec["clusterIP"], spec["clusterIPs"]) = (address, new JsonArray(address));
        }
        return new() { ["apiVersion"] = "v1", ["kind"] = "Service", ["metadata"] = new JsonObject { ["name"] = "s" }, ["spec"] = spec };
    }
}
