using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Agent.Volumes;
using Xunit;

namespace Orchestrator.Agent.Tests.Volumes;

public sealed class AccountTokenCacheTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakePodApi _api = new();
    private readonly AccountTokenCache _cache;
    private readonly V1Pod _pod = new() { Metadata = new() { Name = "a", NamespaceProperty = "default", Uid = "uid-a" }, Spec = new() { ServiceAccountName = "default" } };
    private readonly V1ServiceAccountTokenProjection _source = new() { ExpirationSeconds = 1000, Path = "token" };

    public AccountTokenCacheTests()
    {
        _api.Now = _time.GetUtcNow;
        _cache = new(_api, _time);
    }

    [Fact]
    public async Task Get_IsTheSameUntilFourFifthsOfItsTimeAreOver()
    {
        Assert.Equal("token-1", await GetAsync());
        _time.Advance(TimeSpan.FromSeconds(799));
        Assert.Equal("token-1", await GetAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("token-2", await GetAsync());
        Assert.Equal([("a", null, 1000L), ("a", null, 1000L)], _api.Tokens);
    }

    [Fact]
    public async Task Get_ControllerAway_TheOldOneServesUntilItEnds()
    {
        Assert.Equal("token-1", await GetAsync());
        _api.Away = true;
        _time.Advance(TimeSpan.FromSeconds(900));
        Assert.Equal("token-1", await GetAsync());
        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.Contains("failed to fetch a token", (await Assert.ThrowsAsync<VolumeException>(GetAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keep_PodsThatAreGone_AreForgotten()
    {
        Assert.Equal("token-1", await GetAsync());
        _cache.Keep(new HashSet<string> { "uid-a" });
        Assert.Equal("token-1", await GetAsync());
        _cache.Keep(new HashSet<string>());
        Assert.Equal("token-2", await GetAsync());
    }

    private Task<string> GetAsync() => _cache.GetAsync(_pod, _source, TestContext.Current.CancellationToken);
}
