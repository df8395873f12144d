using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Daemons;
using Orchestrator.Agent.Pods;
using Orchestrator.Model;
using Orchestrator.Model.Daemons;
using Xunit;

namespace Orchestrator.Agent.Tests.Daemons;

public sealed class DaemonPlacerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DaemonMemory _memory = new();
    private readonly FakeDaemonApi _api = new();
    private readonly FakeNodePods _pods = new();
    private readonly List<string> _told = [];
    private readonly DaemonPlacer _placer;

    public DaemonPlacerTests() => _placer = new("n1", _memory, _api, _pods, (_, _, reason, _) => _told.Add(reason), _time, NullLogger.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Step_BeforeEverythingWasSeen_MakesNothing()
    {
        _memory.Sets.Replace([Set("one")]);
        _memory.Nodes.Replace([Node()]);
        Assert.Null(await _placer.StepAsync(Cancellation));
        Assert.Empty(_api.Created);
    }

    [Fact]
    public async Task Step_LackingPod_IsMadeOnceHoweverOftenItIsTried()
    {
        See([Set("one")], []);
        _api.LosesAnswers = true;
        Assert.NotNull(await _placer.StepAsync(Cancellation));
        _api.LosesAnswers = false;
        Assert.Null(await _placer.StepAsync(Cancellation));
        var made = Assert.Single(_api.Created.Values);
        Assert.Equal(("n1", "hash-1"), (made.Spec.NodeName, DaemonPods.HashOf(made)));
        _memory.Pods.Apply(PodChange.Set, made);
        Assert.Null(await _placer.StepAsync(Cancellation));
        Assert.Single(_api.Created);
    }

    [Fact]
    public async Task Step_OldPod_IsLeftAlone_UntilItIsGoneOrTheControllerGrants()
    {
        var set = Set("one");
        var old = DaemonPods.Make(set, "n1", "hash-0");
        old.Metadata.Uid = "old";
        See([set], [old]);
        await _placer.StepAsync(Cancellation);
        old.Metadata.DeletionTimestamp = _time.GetUtcNow().UtcDateTime;
        await _placer.StepAsync(Cancellation);
        Assert.Empty(_api.Created);
        old.Metadata.DeletionTimestamp = null;
        old.Metadata.Annotations = new Dictionary<string, string> { [WellKnown.SurgeGrant] = "hash-1" };
        await _placer.StepAsync(Cancellation);
        Assert.Single(_api.Created);
        _memory.Pods.Apply(PodChange.Removed, old);
        _memory.Pods.Apply(PodChange.Set, _api.Created.Values.Single());
        await _placer.StepAsync(Cancellation);
        Assert.Single(_api.Created);
    }

    [Fact]
    public async Task Step_NodeThatIsNotMeant_GetsNothing()
    {
        var selected = Set("selected");
        selected.Spec.Template.Spec.NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" };
        var deleted = Set("deleted");
        deleted.Metadata.DeletionTimestamp = _time.GetUtcNow().UtcDateTime;
        See([selected, deleted], []);
        await _placer.StepAsync(Cancellation);
        Assert.Empty(_api.Created);
        _memory.Nodes.Apply(PodChange.Set, Node(("disk", "ssd")));
        await _placer.StepAsync(Cancellation);
        Assert.StartsWith("selected-", Assert.Single(_api.Created).Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_Refused_IsToldAndTriedAgainLaterAndLater()
    {
        See([Set("one")], []);
        _api.Refuses = true;
        var first = await _placer.StepAsync(Cancellation);
        var second = await _placer.StepAsync(Cancellation);
        Assert.True(second > first);
        Assert.Contains("FailedCreate", _told);
        _api.Refuses = false;
        Assert.Null(await _placer.StepAsync(Cancellation));
        Assert.Single(_api.Created);
    }

    [Fact]
    public async Task Step_ControllerAwayAndPodOver_BeginsAnotherHere_AndAnnouncesThatOneAtItsReturn()
    {
        var set = Set("one");
        var dead = DaemonPods.Make(set, "n1", "hash-1");
        dead.Metadata.Uid = "dead";
        See([set], [dead]);
        _api.Created[dead.Metadata.Name] = dead;
        _memory.IsAway = true;
        await _placer.StepAsync(Cancellation);
        Assert.Empty(_pods.Running);
        _pods.Over.Add("dead");
        await _placer.StepAsync(Cancellation);
        await _placer.StepAsync(Cancellation);
        var begun = Assert.Single(_pods.Running);
        Assert.Equal(dead.Metadata.Name, begun.Metadata.Name);
        Assert.Equal([begun.Metadata.Uid], (await new DaemonPodFeed(new Pods.FakePodFeed(), _memory).ListAsync(Cancellation)).Items.Select(pod => pod.Metadata.Uid));

        _memory.Pods.Replace([dead]);
        _memory.IsAway = false;
        await _placer.StepAsync(Cancellation);
        Assert.Equal(begun.Metadata.Uid, Assert.Single(_api.Created).Value.Metadata.Uid);
        Assert.True(_memory.IsUnannounced(begun.Metadata.Uid));
        _memory.Pods.Replace([_api.Created.Values.Single()]);
        Assert.False(_memory.IsUnannounced(begun.Metadata.Uid));
        Assert.Null(await _placer.StepAsync(Cancellation));
        Assert.Single(_pods.Running);
    }

    [Fact]
    public async Task Step_AnswerLostAndControllerAway_BeginsThePodThatTheControllerHas()
    {
        See([Set("one")], []);
        _api.LosesAnswers = true;
        await _placer.StepAsync(Cancellation);
        _memory.IsAway = true;
        await _placer.StepAsync(Cancellation);
        Assert.Equal(_api.Created.Values.Single().Metadata.Uid, Assert.Single(_pods.Running).Metadata.Uid);
        _memory.Pods.Replace(_api.Created.Values);
        Assert.Empty(_memory.Unannounced);
    }

    [Fact]
    public async Task Step_SetGoneWhenTheControllerReturns_EndsWhatWasBegun()
    {
        See([Set("one")], []);
        _memory.IsAway = true;
        await _placer.StepAsync(Cancellation);
        Assert.Single(_pods.Running);
        _memory.Sets.Replace([]);
        _memory.IsAway = false;
        await _placer.StepAsync(Cancellation);
        Assert.Empty(_pods.Running);
        Assert.Empty(_api.Created);
        Assert.Empty(_memory.Unannounced);
    }

    [Fact]
    public async Task Step_AwayAndFailingAgainAndAgain_WaitsLongerEachTime()
    {
        See([Set("one")], []);
        _memory.IsAway = true;
        for (var second = 0; second < 64; second++)
        {
            await _placer.StepAsync(Cancellation);
            _pods.Over.UnionWith(_pods.Running.Select(pod => pod.Metadata.Uid));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(_pods.Begun, 5, 8);
    }

    private void See(V1DaemonSet[] sets, V1Pod[] pods)
    {
        _memory.Sets.Replace(sets);
        _memory.Nodes.Replace([Node()]);
        _memory.Pods.Replace(pods);
    }

    private static V1Node Node(params (string Key, string Value)[] labels) =>
        new() { Metadata = new() { Name = "n1", Uid = "node", Labels = labels.ToDictionary(label => label.Key, label => label.Value) }, Spec = new() };

    private static V1DaemonSet Set(string name) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "default", Uid = $"uid-{name}", Annotations = new Dictionary<string, string> { [WellKnown.TemplateHash] = "hash-1" } },
        Spec = new() { Template = new() { Metadata = new() { Labels = new Dictionary<string, string> { ["app"] = name } }, Spec = new() { Containers = [new() { Name = "c", Image = "host" }] } } },
    };
}
