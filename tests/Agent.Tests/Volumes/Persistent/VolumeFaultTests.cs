using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Volumes;
using Orchestrator.Agent.Volumes.Persistent;
using Orchestrator.Model.Volumes;
using Xunit;

namespace Orchestrator.Agent.Tests.Volumes.Persistent;

/// <summary>
/// The whole life of a volume, cut short at every call of the API and every step of a driver, before and after it is done, by an agent that then
/// starts anew and knows only what is on disk. Whatever the cut: the life comes to its end, no data is lost before, and nothing is left after.
/// </summary>
public sealed class VolumeFaultTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Life_CutShortAnywhere_GoesOn(bool hard)
    {
        Assert.SkipUnless(!hard || (Environment.IsPrivilegedProcess && File.Exists("/dev/loop-control")), "hard sizes need root and loop devices");
        var steps = await LiveAsync(hard, cutAt: null);
        Assert.True(steps > 10, $"only {steps} steps were seen");
        for (var cut = 0; cut < steps; cut++)
        {
            await LiveAsync(hard, cut);
        }
    }

    /// <returns>How many steps there are to cut at.</returns>
    private static async Task<int> LiveAsync(bool hard, int? cutAt)
    {
        var folder = Directory.CreateTempSubdirectory("volume-fault-").FullName;
        var api = new FakeVolumeApi();
        var step = 0;
        void Cut(string what)
        {
            if (step++ == cutAt)
            {
                throw new CutException(what);
            }
        }
        api.Before = Cut;
        try
        {
            var volume = api.AddVolume("v", hard: hard);
            // Made, and known to be.
            await UntilAsync(folder, api, Cut, () => VolumeFacts.Annotation(volume.Metadata, VolumeNames.MadeSize) == "16Mi");
            volume.Status.Phase = "Bound";
            api.AddClaim("data", "v");
            var pod = new V1Pod
            {
                Metadata = new() { Uid = "pod-uid", Name = "p", NamespaceProperty = "default" },
                Spec = new() { Containers = [], Volumes = [new() { Name = "data", PersistentVolumeClaim = new() { ClaimName = "data" } }] },
            };
            // Had by a pod, which writes.
            var path = "";
            await UntilAsync(folder, api, Cut, async agent =>
            {
                await agent.Claims.SetUpAsync(pod, pod.Spec.Volumes[0], TestContext.Current.CancellationToken);
                path = agent.Claims.Find(pod, pod.Spec.Volumes[0])!.Path;
                return path.Length > 0;
            });
            await File.WriteAllTextAsync(Path.Combine(path, "file"), "precious", TestContext.Current.CancellationToken);
            // Grown while the pod has it: what cannot be then is done when it has gone.
            volume.Spec.Capacity["storage"] = new("24Mi");
            await LookAsync(folder, api, Cut);
            // Wanted away while the pod has it: it waits.
            volume.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
            volume.Status.Phase = "Released";
            await LookAsync(folder, api, Cut);
            Assert.Equal("precious", await File.ReadAllTextAsync(Path.Combine(path, "file"), TestContext.Current.CancellationToken));
            volume.Metadata.DeletionTimestamp = null;
            new VolumeFolders(Path.Combine(folder, "volumes")).TearDown("pod-uid");
            // Nobody's: unmounted, and its data is there when somebody has it again.
            await UntilAsync(folder, api, Cut, () => VolumeFacts.Annotation(volume.Metadata, VolumeNames.MadeSize) == "24Mi" && MountTable.Below(folder).Count == 0);
            await UntilAsync(folder, api, Cut, async agent =>
            {
                await agent.Claims.SetUpAsync(pod, pod.Spec.Volumes[0], TestContext.Current.CancellationToken);
                return true;
            });
            Assert.Equal("precious", await File.ReadAllTextAsync(Path.Combine(path, "file"), TestContext.Current.CancellationToken));
            new VolumeFolders(Path.Combine(folder, "volumes")).TearDown("pod-uid");
            // Away.
            volume.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
            await UntilAsync(folder, api, Cut, () => api.Volumes.IsEmpty);
            await LookAsync(folder, api, Cut);
            Assert.Empty(Directory.GetDirectories(Path.Combine(folder, "persistent")));
            Assert.Empty(MountTable.Below(folder));
            return step;
        }
        finally
        {
            foreach (var mount in MountTable.Below(folder))
            {
                FileNative.Unmount(mount);
            }
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task UntilAsync(string folder, FakeVolumeApi api, Action<string> cut, Func<bool> wanted) => UntilAsync(folder, api, cut, async agent =>
    {
        await agent.LookAsync(api);
        return wanted();
    });

    private static async Task UntilAsync(string folder, FakeVolumeApi api, Action<string> cut, Func<Agent, Task<bool>> act)
    {
        // What is busy, for tests beside this one start containers, is not so for long.
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began).TotalSeconds < 20; await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken))
        {
            try
            {
                if (await act(new Agent(folder, api, cut)))
                {
                    return;
                }
            }
            catch (Exception e) when (e is CutException || e.InnerException is CutException)
            {
                // The next agent goes on from here.
            }
        }
        Assert.Fail("it never became as wanted");
    }

    private static Task LookAsync(string folder, FakeVolumeApi api, Action<string> cut) => UntilAsync(folder, api, cut, () => true);

    private sealed class CutException(string what) : IOException(what);

    /// <summary>An agent's run: all of it is made anew, as after a kill.</summary>
    private sealed class Agent
    {
        private readonly VolumeKeeper _keeper;

        public Agent(string folder, FakeVolumeApi api, Action<string> cut)
        {
            var store = new VolumeStore(Path.Combine(folder, "persistent"));
            var mounted = new MountedClaims(new VolumeFolders(Path.Combine(folder, "volumes")));
            var drivers = new Dictionary<string, IVolumeDriver> { [VolumeNames.Local] = new CutDriver(new LocalDriver(store, new(Path.Combine(folder, "programs"), TimeProvider.System)), cut) };
            _keeper = new(api, store, drivers, mounted, TimeProvider.System, NullLogger.Instance);
            Claims = new(api, store, drivers, mounted, "node-1");
        }

        public ClaimVolumes Claims { get; }

        public Task LookAsync(FakeVolumeApi api)
        {
            _keeper.Replace(api.Volumes.Values);
            return _keeper.LookAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Can be cut before and after each verb of the true driver.</summary>
    private sealed class CutDriver(IVolumeDriver inner, Action<string> cut) : IVolumeDriver
    {
        public Task<System.Collections.Immutable.ImmutableSortedDictionary<string, string>> MakeAsync(VolumeOrder order, CancellationToken cancellationToken) =>
            CutAsync("make", () => inner.MakeAsync(order, cancellationToken));

        public Task GrowAsync(VolumeOrder order, bool isUsed, CancellationToken cancellationToken) => CutAsync("grow", () => inner.GrowAsync(order, isUsed, cancellationToken));

        public Task<string> MountAsync(VolumeOrder order, CancellationToken cancellationToken) => CutAsync("mount", () => inner.MountAsync(order, cancellationToken));

        public Task UnmountAsync(VolumeOrder order, CancellationToken cancellationToken) => CutAsync("unmount", () => inner.UnmountAsync(order, cancellationToken));

        public Task RemoveAsync(VolumeOrder order, CancellationToken cancellationToken) => CutAsync("remove", () => inner.RemoveAsync(order, cancellationToken));

        private async Task<T> CutAsync<T>(string what, Func<Task<T>> act)
        {
            cut($"before {what}");
            var result = await act();
            cut($"after {what}");
            return result;
        }

        private Task<bool> CutAsync(string what, Func<Task> act) => CutAsync<bool>(what, async () =>
        {
            await act();
            return true;
        });
    }
}
