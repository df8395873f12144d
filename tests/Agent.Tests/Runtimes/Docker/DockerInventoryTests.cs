using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Docker;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

public sealed class DockerInventoryTests
{
    private readonly DockerInventory _inventory = new();

    [Fact]
    public async Task Look_RemovedBeforeTheAnswerComes_StaysRemoved()
    {
        _inventory.Put(Sandbox(ready: true));
        var answer = new TaskCompletionSource<DockerEntry?>();
        var looking = _inventory.LookAsync("a", () => answer.Task);
        Assert.NotNull(_inventory.Remove("a"));
        answer.SetResult(Sandbox(ready: false));
        Assert.Equal((null, false), await looking);
        Assert.Empty(_inventory.All);
    }

    [Fact]
    public async Task Look_Changed_IsNewsOnce()
    {
        Assert.True((await _inventory.LookAsync("a", () => Task.FromResult<DockerEntry?>(Sandbox(ready: true)))).IsNews);
        Assert.False((await _inventory.LookAsync("a", () => Task.FromResult<DockerEntry?>(Sandbox(ready: true)))).IsNews);
        var (entry, isNews) = await _inventory.LookAsync("a", () => Task.FromResult<DockerEntry?>(Sandbox(ready: false)));
        Assert.Equal((false, true), (entry?.Sandbox?.Ready, isNews));
        Assert.Equal(entry, _inventory.Find("a"));
    }

    private static DockerEntry Sandbox(bool ready) =>
        new("a", "uid-p", null, new SandboxObservation("uid-p", "default", "p", "10.0.0.1", ready, default), "SIGTERM", false, 0);
}
