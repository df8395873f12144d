using System.Management.Automation;
using System.Net;
using System.Net.Http;
using System.Security.Authentication;
using Xunit;

namespace Orchestrator.Cmdlets.Tests.Base;

public sealed class ErrorsTests
{
    [Theory]
    [InlineData("NotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("AlreadyExists", ErrorCategory.ResourceExists)]
    [InlineData("Conflict", ErrorCategory.ResourceBusy)]
    [InlineData("Invalid", ErrorCategory.InvalidData)]
    [InlineData("Forbidden", ErrorCategory.PermissionDenied)]
    [InlineData("Unauthorized", ErrorCategory.AuthenticationError)]
    [InlineData("Timeout", ErrorCategory.OperationTimeout)]
    public void Of_ARefusal_HasAStableIdAndItsCategory(string reason, ErrorCategory category)
    {
        var record = Errors.Of(new ClusterRequestException(HttpStatusCode.NotFound, reason, "no", "Pod", []), "web", CancellationToken.None);

        Assert.NotNull(record);
        Assert.Equal($"{reason},Pod", record.FullyQualifiedErrorId);
        Assert.Equal(category, record.CategoryInfo.Category);
        Assert.Equal("web", record.TargetObject);
    }

    [Fact]
    public void Of_ARefusedConnection_SaysUnreachable()
    {
        var record = Errors.Of(new HttpRequestException("no", new IOException("Connection refused")), null, CancellationToken.None);

        Assert.Equal("Unreachable", record?.FullyQualifiedErrorId);
        Assert.Contains("Connection refused", record?.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AnUntrustedCertificate_SaysSo() =>
        Assert.Equal(
            "Untrusted",
            Errors.Of(new HttpRequestException("no", new AuthenticationException("bad chain")), null, CancellationToken.None)?.FullyQualifiedErrorId);

    [Fact]
    public void Of_Cancellation_IsNoError() =>
        Assert.Null(Errors.Of(new OperationCanceledException(), null, new CancellationToken(canceled: true)));

    [Fact]
    public void Of_ADefect_IsLeftAlone() => Assert.Null(Errors.Of(new InvalidOperationException("defect"), null, CancellationToken.None));

    [Fact]
    public void From_Status_KeepsReasonMessageAndFields()
    {
        const string status = """
            {"kind":"Status","status":"Failure","message":"Pod \"x\" is invalid","reason":"Invalid","details":{"kind":"Pod",
             "causes":[{"field":"spec.containers[0].image","message":"Required value"}]},"code":422}
            """;

        var exception = ClusterRequestException.From(HttpStatusCode.UnprocessableEntity, status, null);

        Assert.Equal(("Invalid", "Pod"), (exception.Reason, exception.Kind));
        Assert.Equal(["spec.containers[0].image"], exception.Fields);
    }

    [Fact]
    public void From_PlainText_IsItsMessage() =>
        Assert.Equal("container is waiting", ClusterRequestException.From(HttpStatusCode.BadRequest, "container is waiting\n", "Pod").Message);
}
