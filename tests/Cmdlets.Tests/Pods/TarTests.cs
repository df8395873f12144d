using System.Formats.Tar;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Pods;

public sealed class TarTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
    private string Destination => Path.Combine(_folder.Path, "to");

    [Fact]
    public async Task Folder_PackedAndExtracted_IsTheSame()
    {
        var from = Path.Combine(_folder.Path, "from");
        Directory.CreateDirectory(Path.Combine(from, "sub", "empty"));
        await File.WriteAllTextAsync(Path.Combine(from, "a"), "one", Cancellation);
        await File.WriteAllBytesAsync(Path.Combine(from, "sub", "big"), new byte[3_000_000], Cancellation);
        File.CreateSymbolicLink(Path.Combine(from, "link"), "/etc/passwd");
        using var archive = new MemoryStream();

        await new TarPacker(_warnings.Add, (_, _) => { }).PackAsync(from, "name", archive, Cancellation);
        archive.Position = 0;

        Assert.Equal(2, await Extractor("name").ExtractAsync(archive, Cancellation));
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(Destination, "a"), Cancellation));
        Assert.Equal(3_000_000, new FileInfo(Path.Combine(Destination, "sub", "big")).Length);
        Assert.True(Directory.Exists(Path.Combine(Destination, "sub", "empty")));
        Assert.Contains("it is a link", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name/../../outside")]
    [InlineData("../outside")]
    [InlineData("/etc/outside")]
    [InlineData("other")]
    [InlineData("name/a/./b")]
    [InlineData("")]
    public void Target_ThatLeadsOut_IsRefused(string name) =>
        Assert.Equal("UnsafePath", Assert.Throws<ClusterException>(() => Extractor("name").Target(name)).ErrorId);

    [Theory]
    [InlineData("name", "")]
    [InlineData("./name/a", "a")]
    [InlineData("name/a/b/", "a/b")]
    [InlineData("name/..a", "..a")]
    public void Target_IsBelowTheDestination(string name, string expected) =>
        Assert.Equal(Path.Combine(Destination, expected).TrimEnd('/'), Extractor("name").Target(name));

    [Fact]
    public async Task LinkThenFileThroughIt_WritesNothingOutside()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "outside")).FullName;
        using var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "name/way") { LinkName = outside }, Cancellation);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "name/way/evil") { DataStream = new MemoryStream([1]) }, Cancellation);
        }

        archive.Position = 0;
        await Extractor("name").ExtractAsync(archive, Cancellation);

        Assert.Empty(Directory.GetFileSystemEntries(outside));
        Assert.Contains("SymbolicLink", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinkThatIsThereAlready_IsNotWrittenThrough()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "outside")).FullName;
        Directory.CreateDirectory(Destination);
        File.CreateSymbolicLink(Path.Combine(Destination, "way"), outside);
        using var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "name/way/evil") { DataStream = new MemoryStream([1]) }, Cancellation);
        }

        archive.Position = 0;
        var refused = await Assert.ThrowsAsync<ClusterException>(() => Extractor("name").ExtractAsync(archive, Cancellation));

        Assert.Equal("UnsafePath", refused.ErrorId);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    public void Dispose() => _folder.Dispose();

    private TarExtractor Extractor(string root) => new(root, Destination, _warnings.Add, (_, _) => { });
}
