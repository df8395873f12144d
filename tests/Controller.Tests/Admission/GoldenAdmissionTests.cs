using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Xunit;

namespace Orchestrator.Controller.Tests.Admission;

/// <summary>
/// Each folder under Golden is a case: <c>input.yaml</c> and what becomes of it, <c>expected.json</c> with all defaults (but for uid) or
/// <c>errors.txt</c> with all causes, one a line.
/// </summary>
public sealed class GoldenAdmissionTests
{
    private static string Golden => Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(Golden).Select(folder => Path.GetFileName(folder)!).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Create_GoldenCase_IsDefaultedOrRefusedAsExpected(string name)
    {
        var folder = Path.Combine(Golden, name);
        var chain = new AdmissionChain(new KindRegistry(), new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)));
        var tree = YamlTree.Parse(File.ReadAllText(Path.Combine(folder, "input.yaml")))[0].AsObject();
        var kind = Catalog.ForKind((string)tree["apiVersion"]!, (string)tree["kind"]!)!;
        AdmissionChain.CheckShape(kind, tree, [], new() { FieldValidation = FieldValidation.Strict });
        var errors = Path.Combine(folder, "errors.txt");
        if (File.Exists(errors))
        {
            var problem = Assert.Throws<ApiException>(() => chain.Create(kind, kind.Namespaced ? "default" : null, tree));
            Assert.Equal(StatusReason.Invalid, problem.Reason);
            var lines = problem.Causes.Select(Line).ToArray();
            Assert.True(lines.SequenceEqual(File.ReadAllLines(errors)), string.Join('\n', lines));
            return;
        }
        var result = chain.Create(kind, kind.Namespaced ? "default" : null, tree);
        // Some kinds write their uid into selectors and labels too.
        result = JsonNode.Parse(result.ToJsonString().Replace((string)result["metadata"]!["uid"]!, "{uid}", StringComparison.Ordinal))!.AsObject();
        result["metadata"]!.AsObject().Remove("uid");
        var expected = JsonTree.Parse(Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(folder, "expected.json"))));
        Assert.True(JsonNode.DeepEquals(expected, result), result.ToJsonString(new() { WriteIndented = true }));
    }

    private static string Line(V1StatusCause cause) => $"{cause.Field}: {cause.Message}";
}
