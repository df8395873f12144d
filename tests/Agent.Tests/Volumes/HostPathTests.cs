using System.Net.Sockets;
using Orchestrator.Agent.Volumes;
using Xunit;

namespace Orchestrator.Agent.Tests.Volumes;

/// <summary>What a hostPath's type says holds for what its path leads to, links or not.</summary>
public sealed class HostPathTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("host-path-").FullName;

    public HostPathTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "folder"));
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        foreach (var (name, target) in new[] { ("to-folder", "folder"), ("to-file", "file"), ("to-device", "/dev/null"), ("to-nothing", "missing"), ("to-itself", "to-itself") })
        {
            File.CreateSymbolicLink(Path.Combine(_folder, name), target);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("folder", "Directory")]
    [InlineData("to-folder", "Directory")]
    [InlineData("to-folder", "DirectoryOrCreate")]
    [InlineData("new", "DirectoryOrCreate")]
    [InlineData("new", "FileOrCreate")]
    [InlineData("new", null)]
    [InlineData("to-file", "File")]
    [InlineData("to-device", "CharDevice")]
    [InlineData("to-device", null)]
    public void Check_WhatThePathLeadsTo_IsOfTheType(string name, string? type) => Assert.Equal(Path.Combine(_folder, name), Check(Path.Combine(_folder, name), type));

    [Theory]
    [InlineData("folder", "File")]
    [InlineData("file", "Directory")]
    [InlineData("file", "DirectoryOrCreate")]
    [InlineData("folder", "FileOrCreate")]
    [InlineData("to-file", "Directory")]
    [InlineData("to-folder", "File")]
    [InlineData("to-device", "File")]
    [InlineData("to-device", "FileOrCreate")]
    [InlineData("to-device", "BlockDevice")]
    [InlineData("to-device", "Socket")]
    [InlineData("file", "CharDevice")]
    [InlineData("to-nothing", "File")]
    [InlineData("to-nothing", "Directory")]
    [InlineData("to-itself", "Directory")]
    [InlineData("to-itself", "File")]
    [InlineData("missing", "File")]
    [InlineData("file", "Anything")]
    public void Check_OfAnotherType_IsRefused(string name, string type) =>
        Assert.True(Record.Exception(() => Check(Path.Combine(_folder, name), type)) is VolumeException or IOException or UnauthorizedAccessException);

    [Theory]
    [InlineData("../etc")]
    [InlineData("/srv/../etc")]
    [InlineData("relative")]
    [InlineData("/srv\\..\\etc")]
    public void Check_PathThatCouldLeadElsewhere_IsRefused(string path) => Assert.Throws<VolumeException>(() => Check(path, null));

    [Fact]
    public void Check_Socket_IsOne()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "socket")));
        Assert.EndsWith("socket", Check(Path.Combine(_folder, "socket"), "Socket"), StringComparison.Ordinal);
        Assert.Throws<VolumeException>(() => Check(Path.Combine(_folder, "socket"), "File"));
    }

    private static string Check(string path, string? type) => HostPaths.Check(new() { Path = path, Type = type });
}
