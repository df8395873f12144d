using System.Text;
using BenchmarkDotNet.Attributes;
using Orchestrator.Controller.Storage;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Bench;

/// <summary>The small steps that every request takes.</summary>
[MemoryDiagnoser]
public class ModelBenchmarks
{
    private static readonly byte[] Pod = Encoding.UTF8.GetBytes("""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"default","uid":"u","labels":{"app":"web","tier":"front"}},"spec":{"nodeName":"n1","containers":[{"name":"web","image":"web:1","ports":[{"containerPort":80}]}]},"status":{"phase":"Running"}}
        """);
    private static readonly string[] Fields = ["spec.nodeName", "status.phase"];
    private readonly LabelSelector _selector = LabelSelector.Parse("app=web,tier in (front,edge),!legacy");
    private readonly byte[] _pod = Pod;
    private readonly string _quantity = "1536Mi";
    private readonly Dictionary<string, string> _labels = new() { ["app"] = "web", ["tier"] = "front" };

    [Benchmark]
    public bool MatchSelector() => _selector.Matches((IReadOnlyDictionary<string, string>)_labels);

    [Benchmark]
    public Quantity ParseQuantity() => Quantity.Parse(_quantity);

    [Benchmark]
    public byte[] EncodeForTheStore() => EncodedObject.Of(_pod, Fields).WithRevision(123_456);

    [Benchmark]
    public object DecodeTyped() => ModelJson.Decode<k8s.Models.V1Pod>(_pod);

    [Benchmark]
    public object ParseTree() => JsonTree.ParseObject(_pod);
}
