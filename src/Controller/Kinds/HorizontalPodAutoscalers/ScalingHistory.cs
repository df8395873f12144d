namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>What an autoscaler wanted and did lately. Kept in memory: a restart forgets it, as Kubernetes' does.</summary>
internal sealed class ScalingHistory
{
    /// <summary>Longest window or period that rules may name.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private readonly List<(DateTimeOffset At, int Replicas)> _wanted = [];
    private readonly List<(DateTimeOffset At, int Change)> _changes = [];

    public void Want(int replicas, DateTimeOffset now)
    {
        _wanted.RemoveAll(item => now - item.At > Longest);
        _wanted.Add((now, replicas));
    }

    public void Change(int change, DateTimeOffset now)
    {
        _changes.RemoveAll(item => now - item.At > Longest);
        _changes.Add((now, change));
    }

    public IEnumerable<int> Wanted(int seconds, DateTimeOffset now) => _wanted.Where(item => now - item.At < TimeSpan.FromSeconds(seconds)).Select(item => item.Replicas);

    /// <summary>Replicas when the period began.</summary>
    public int Before(int current, int seconds, DateTimeOffset now) => current - _changes.Where(item => now - item.At < TimeSpan.FromSeconds(seconds)).Sum(item => item.Change);
}
