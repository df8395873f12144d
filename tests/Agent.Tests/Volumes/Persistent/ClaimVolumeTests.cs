using k8s.Models;
using Orchestrator.Agent.Volumes;
using Orchestrator.Agent.Volumes.Persistent;
using Orchestrator.Model.Volumes;
using Xunit;

namespace Orchestrator.Agent.Tests.Volumes.Persistent;

/// <summary>Whose volume a pod gets, and whose it does not.</summary>
public sealed class ClaimVolumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("claim-volume-").FullName;
    private readonly FakeVolumeApi _api = new();
    private readonly ClaimVolumes _claims;

    public ClaimVolumeTests()
    {
        var store = new VolumeStore(Path.Combine(_folder, "persistent"));
        _claims = new(_api, store, VolumeDrivers.Make(store, new(Path.Combine(_folder, "programs"), TimeProvider.System), Path.Combine(_folder, "provisioners"), "pwsh", "node-1"), new(new VolumeFolders(Path.Combine(_folder, "volumes"))), "node-1");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("missing", "persistentvolumeclaim \"missing\" not found")]
    [InlineData("unbound", "persistentvolumeclaim \"unbound\" is not bound")]
    [InlineData("going", "persistentvolumeclaim \"going\" is being deleted")]
    [InlineData("stolen", "persistentvolume \"v\" is not that of persistentvolumeclaim \"default/stolen\"")]
    [InlineData("lost", "persistentvolume \"gone\" not found")]
    public async Task SetUp_NotThePods_IsRefused(string claim, string expected)
    {
        _api.AddVolume("v", claimUid: "uid");
        _api.AddClaim("data", "v");
        // It says that it has somebody else's volume; the volume says whose it is.
        _api.AddClaim("stolen", "v", uid: "another");
        _api.AddClaim("lost", "gone");
        _api.AddClaim("unbound", "").Metadata.Annotations = null;
        _api.AddClaim("going", "v").Metadata.DeletionTimestamp = DateTime.UnixEpoch;
        Assert.Contains(expected, (await RefuseAsync(claim)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetUp_ClaimOfAnotherNamespace_IsNotFound()
    {
        _api.AddVolume("v");
        _api.AddClaim("data", "v", "other");
        Assert.Contains("not found", (await RefuseAsync("data")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc")]
    [InlineData("..")]
    [InlineData(".removed-x")]
    public async Task SetUp_HandleThatLeadsElsewhere_IsRefused(string handle)
    {
        _api.AddVolume("v").Spec.Csi.VolumeHandle = handle;
        _api.AddClaim("data", "v");
        Assert.Contains("spec.csi.volumeHandle: Invalid value", (await RefuseAsync("data")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetUp_ProgramThatLeadsElsewhere_IsRefused()
    {
        var volume = _api.AddVolume("v");
        volume.Spec.Csi.Driver = VolumeNames.Exec;
        volume.Spec.Csi.VolumeAttributes[VolumeNames.ProgramParameter] = "../../bin/true";
        _api.AddClaim("data", "v");
        Assert.Contains("parameters[program]: Invalid value", (await RefuseAsync("data")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetUp_DataThatIsGone_IsNotReplacedByAnEmptyVolume()
    {
        _api.AddVolume("v");
        _api.AddClaim("data", "v");
        Assert.Contains("is not there any more", (await RefuseAsync("data")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetUp_VolumeOfAnotherNode_IsRefused()
    {
        _api.AddVolume("v").Spec.NodeAffinity = new()
        {
            Required = new() { NodeSelectorTerms = [new() { MatchExpressions = [new() { Key = "kubernetes.io/hostname", OperatorProperty = "In", Values = ["node-2"] }] }] },
        };
        _api.AddClaim("data", "v");
        Assert.Contains("node affinity conflict", (await RefuseAsync("data")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ReadWriteOncePod")]
    [InlineData("ReadWriteOnce")]
    public async Task SetUp_ClaimOfAnotherPod_IsRefusedIfItIsOnePods(string mode)
    {
        _api.AddVolume("v");
        _api.AddClaim("data", "v").Spec.AccessModes = [mode];
        Directory.CreateDirectory(Path.Combine(_folder, "persistent", "v", "data"));
        var volume = new V1Volume { Name = "data", PersistentVolumeClaim = new() { ClaimName = "data" } };
        await _claims.SetUpAsync(PodOf("first", volume), volume, TestContext.Current.CancellationToken);
        // The same pod again, after its agent's restart for one.
        await _claims.SetUpAsync(PodOf("first", volume), volume, TestContext.Current.CancellationToken);
        var second = () => _claims.SetUpAsync(PodOf("second", volume), volume, TestContext.Current.CancellationToken);
        if (mode == "ReadWriteOnce")
        {
            await second();
            return;
        }
        Assert.Contains("in use by another pod", (await Assert.ThrowsAsync<VolumeException>(second)).Message, StringComparison.Ordinal);
        new VolumeFolders(Path.Combine(_folder, "volumes")).TearDown("first");
        await second();
    }

    private static V1Pod PodOf(string uid, V1Volume volume) =>
        new() { Metadata = new() { Uid = uid, Name = uid, NamespaceProperty = "default" }, Spec = new() { Containers = [], Volumes = [volume] } };

    private Task<VolumeException> RefuseAsync(string claim)
    {
        var volume = new V1Volume { Name = "data", PersistentVolumeClaim = new() { ClaimName = claim } };
        return Assert.ThrowsAsync<VolumeException>(() => _claims.SetUpAsync(PodOf("pod", volume), volume, TestContext.Current.CancellationToken));
    }
}
