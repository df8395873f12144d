using Orchestrator.Controller.Scheduling;
using Xunit;
using static Orchestrator.Controller.Tests.Scheduling.TestScheduling;

namespace Orchestrator.Controller.Tests.Scheduling;

public sealed class PendingPodsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly PendingPods _pending = new();

    [Fact]
    public void Parked_ComeBackOnlyWhenWokenAndRested()
    {
        var pod = Pod("p", Class());
        _pending.Add(pod);
        Assert.Equal(pod, _pending.Take());
        Assert.True(_pending.Park(pod, "no room", Now));
        Assert.Null(_pending.Release(Now.AddMinutes(1)));
        Assert.Null(_pending.Take());
        _pending.Wake(_ => false);
        Assert.Null(_pending.Release(Now.AddMinutes(1)));
        _pending.Wake(_ => true);
        Assert.Equal(Now.AddSeconds(1), _pending.Release(Now));
        Assert.Null(_pending.Take());
        Assert.Null(_pending.Release(Now.AddSeconds(1)));
        Assert.Equal(pod, _pending.Take());
        Assert.False(_pending.Park(pod, "no room", Now));
    }

    [Fact]
    public void Take_TheMoreUrgentFirst_ThenInTurn()
    {
        var (low, high) = (Class(), Class(spec => spec.Priority = 10));
        foreach (var (name, one) in new[] { ("a", low), ("b", high), ("c", low), ("d", high) })
        {
            _pending.Add(Pod(name, one));
        }
        Assert.Equal(["b", "d", "a", "c"], Enumerable.Range(0, 4).Select(_ => _pending.Take()?.Key.Name));
    }

    [Fact]
    public void Removed_IsNotTakenAndNotWoken()
    {
        var (one, two) = (Pod("one", Class()), Pod("two", Class()));
        _pending.Add(one);
        _pending.Add(two);
        _pending.Remove(one.Key);
        Assert.Equal(two, _pending.Take());
        _pending.Park(two, "no room", Now);
        _pending.Remove(two.Key);
        _pending.Wake(_ => true);
        Assert.Null(_pending.Release(Now.AddHours(1)));
        Assert.Null(_pending.Take());
        Assert.Equal(0, _pending.Count);
    }

    private static PodInfo Pod(string name, PodClass one) => new(new("pods", "default", name), name, one, "", false);
}
