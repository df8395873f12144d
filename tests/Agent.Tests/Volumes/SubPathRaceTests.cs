using Orchestrator.Agent.Volumes;
using Xunit;

namespace Orchestrator.Agent.Tests.Volumes;

/// <summary>A container that swaps what a subPath names, for a link out of its volume and back, all the while the path is mounted.</summary>
public sealed class SubPathRaceTests : IDisposable
{
    private const int Tries = 2000;
    private readonly string _root = Directory.CreateTempSubdirectory("subpath-race-").FullName;

    public SubPathRaceTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounts need root");
        Directory.CreateDirectory(Path.Combine(_root, "outside"));
        File.WriteAllText(Path.Combine(_root, "outside", "file"), "secret");
        Directory.CreateDirectory(Volume);
    }

    private string Volume => Path.Combine(_root, "volume");

    private string Place => Path.Combine(_root, "place");

    public void Dispose()
    {
        FileNative.Unmount(Place);
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData("sub", "file")]
    [InlineData("sub/file", "file")]
    [InlineData("deep/sub", "file")]
    public async Task Bind_WhileTheFileIsSwappedForALink_MountsNothingFromOutside(string subPath, string target)
    {
        var swapped = Path.Combine(Volume, subPath);
        Directory.CreateDirectory(Path.GetDirectoryName(swapped)!); // Below the volume.
        await RaceAsync(subPath, Place, next => File.WriteAllText(next, "inside"), next => File.CreateSymbolicLink(next, Path.Combine(_root, "outside", target)), swapped);
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("sub/.")]
    public async Task Bind_WhileTheFolderIsSwappedForALink_MountsNothingFromOutside(string subPath) => await RaceAsync(subPath, Path.Combine(Place, "file"), next =>
    {
        Directory.CreateDirectory(next);
        File.WriteAllText(Path.Combine(next, "file"), "inside");
    }, next => Directory.CreateSymbolicLink(next, Path.Combine(_root, "outside")), Path.Combine(Volume, "sub"));

    private async Task RaceAsync(string subPath, string readAt, Action<string> makeInside, Action<string> makeLink, string swapped)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var swapping = Task.Run(() => Swap(makeInside, makeLink, swapped, stop.Token), CancellationToken.None);
        var mounted = 0;
        try
        {
            for (var i = 0; i < Tries; i++)
            {
                try
                {
                    SubPaths.Bind(Volume, subPath, Place);
                    mounted++;
                    Assert.NotEqual("secret", File.Exists(readAt) ? File.ReadAllText(readAt) : "");
                }
                catch (VolumeException)
                {
                    // It saw the link, or nothing, or what it has no place for.
                }
                FileNative.Unmount(Place);
                Clear();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await swapping;
        }
        Assert.True(mounted > 0, "nothing was ever mounted");
    }

    private void Swap(Action<string> makeInside, Action<string> makeLink, string swapped, CancellationToken stop)
    {
        var (inside, link, next) = (Path.Combine(_root, "inside"), Path.Combine(_root, "link"), Path.Combine(_root, "next"));
        makeInside(inside);
        makeLink(link);
        while (!stop.IsCancellationRequested)
        {
            Put(inside, swapped);
            FileNative.Replace(swapped, next);
            Put(link, swapped);
            FileNative.Replace(swapped, link);
            FileNative.Replace(next, inside);
        }
    }

    // Where nothing is, the agent makes a folder.
    private static void Put(string source, string place)
    {
        try
        {
            FileNative.Replace(source, place);
        }
        catch (IOException)
        {
            Directory.Delete(place);
            Put(source, place);
        }
    }

    private void Clear()
    {
        if (Directory.Exists(Place))
        {
            Directory.Delete(Place);
        }
        File.Delete(Place);
    }
}
