using System.Text;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Schema;
using Xunit;

namespace Orchestrator.Model.Tests.Schema;

public sealed class SchemaCheckerTests
{
    [Fact]
    public void Prune_UnknownFields_AreDroppedAndListed()
    {
        var tree = JsonTree.ParseObject("""{"spec":{"replicaz":1,"template":{"spec":{"containers":[{"name":"a","imagee":"x"}]}}},"kindd":null}"""u8);
        var unknown = SchemaChecker.Prune(tree, TypeSchema.For(typeof(V1Deployment)));
        Assert.Equal(["spec.replicaz", "spec.template.spec.containers[0].imagee", "kindd"], unknown);
        Assert.Equal("""{"spec":{"template":{"spec":{"containers":[{"name":"a"}]}}}}""", tree.ToJsonString());
    }

    [Theory]
    [InlineData("""{"spec":{"replicas":"3"}}""", "spec.replicas")]
    [InlineData("""{"spec":{"replicas":3000000000}}""", "spec.replicas")]
    [InlineData("""{"spec":{"replicas":1.5}}""", "spec.replicas")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":{}}}}}""", "spec.template.spec.containers")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[null]}}}}""", "spec.template.spec.containers[0]")]
    [InlineData("""{"metadata":{"creationTimestamp":"yesterday"}}""", "metadata.creationTimestamp")]
    [InlineData("""{"metadata":{"labels":{"a":1}}}""", "metadata.labels.a")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"lots"}}}]}}}}""", "limits.cpu")]
    public void Prune_WrongType_NamesTheField(string json, string field)
    {
        var problem = Assert.Throws<ApiException>(() => SchemaChecker.Prune(JsonTree.ParseObject(Encoding.UTF8.GetBytes(json)), TypeSchema.For(typeof(V1Deployment))));
        Assert.Equal(StatusReason.BadRequest, problem.Reason);
        Assert.Contains(field, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParseObject_DuplicateFields_AreListedAndTheLastWins()
    {
        var duplicates = new List<string>();
        var tree = JsonTree.ParseObject("""{"a":{"b":1,"b":2}}"""u8, duplicates);
        Assert.Equal(["a.b"], duplicates);
        Assert.Equal("""{"a":{"b":2}}""", tree.ToJsonString());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    public void ParseObject_NoObject_IsBadRequest(string json) =>
        Assert.Equal(StatusReason.BadRequest, Assert.Throws<ApiException>(() => JsonTree.ParseObject(Encoding.UTF8.GetBytes(json))).Reason);

    [Fact]
    public void ParseObject_TooDeep_IsBadRequest() =>
        Assert.Throws<ApiException>(() => JsonTree.ParseObject(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)))));
}
