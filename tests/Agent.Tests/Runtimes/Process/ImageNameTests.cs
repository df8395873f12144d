using CsCheck;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Process;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Process;

public sealed class ImageNameTests
{
    [Theory]
    [InlineData("guestbook", "/r/guestbook/latest")]
    [InlineData("guestbook:v1", "/r/guestbook/v1")]
    [InlineData("team/app:1.2-rc", "/r/team/app/1.2-rc")]
    [InlineData("registry.example.com:5000/team/app:v1", "/r/registry.example.com_5000/team/app/v1")]
    [InlineData("localhost:5000/app", "/r/localhost_5000/app/latest")]
    public void Parse_Valid_IsAFolder(string image, string folder) => Assert.Equal(folder, ImageName.Parse(image).FolderUnder("/r"));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../b")]
    [InlineData("a/..:v1")]
    [InlineData("a:..")]
    [InlineData("a:v/1")]
    [InlineData("/etc")]
    [InlineData("a//b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("UPPER")]
    [InlineData("a@sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("a\n")]
    [InlineData("a:v1\0")]
    public void Parse_Invalid_Throws(string image) => Assert.Throws<InvalidImageNameException>(() => ImageName.Parse(image));

    [Fact]
    public void Parse_WhateverParses_StaysUnderTheRoot() => Gen.String[Gen.Char["ab./:_-\\~"], 1, 30].Sample(text =>
    {
        try
        {
            var folder = Path.GetFullPath(ImageName.Parse(text).FolderUnder("/root/images"));
            return folder.StartsWith("/root/images/", StringComparison.Ordinal);
        }
        catch (InvalidImageNameException)
        {
            return true;
        }
    });
}
