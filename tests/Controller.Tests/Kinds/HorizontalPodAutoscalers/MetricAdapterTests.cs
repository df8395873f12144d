using System.Net;
using System.Text;
using k8s.Models;
using Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds.HorizontalPodAutoscalers;

public sealed class MetricAdapterTests : IDisposable
{
    private const string TwoPods = """{"kind":"MetricValueList","items":[{"describedObject":{"kind":"Pod","name":"a"},"value":"1500m"},{"describedObject":{"kind":"Pod","name":"b"},"value":"2"}]}""";
    private readonly FakeServer _server = new();
    private readonly HttpClient _http;

    public MetricAdapterTests() => _http = new(_server) { BaseAddress = new("https://metrics.invalid/base/") };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Pods_AsksForThoseOfTheTarget_AndReadsThousandths()
    {
        _server.Answers["/base/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/pods/*/rps?labelSelector=app%3Dweb&metricLabelSelector=verb%3DGET"] = TwoPods;
        var values = await Adapter().ReadPodsAsync("ns", LabelSelector.Parse("app=web"), "rps", LabelSelector.Parse("verb=GET"), Cancellation);
        Assert.Equal(new Dictionary<string, double> { ["a"] = 1500, ["b"] = 2000 }, values);
    }

    [Fact]
    public async Task Pods_ServerOfTheOlderVersion_IsAskedInIt()
    {
        _server.Answers["/base/apis/custom.metrics.k8s.io/v1beta1/namespaces/ns/pods/*/rps?labelSelector=app%3Dweb"] = TwoPods;
        Assert.Equal(2, (await Adapter().ReadPodsAsync("ns", LabelSelector.Parse("app=web"), "rps", LabelSelector.Everything, Cancellation)).Count);
    }

    [Theory]
    [InlineData("services", "web", "/base/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/services/web/hits")]
    [InlineData("deployments.apps", "web", "/base/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/deployments.apps/web/hits")]
    [InlineData("namespaces", "ns", "/base/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/metrics/hits")]
    public async Task Object_AsksForTheOne(string resource, string name, string path)
    {
        _server.Answers[path] = """{"items":[{"describedObject":{"name":"web"},"value":"7"}]}""";
        Assert.Equal(7000, await Adapter().ReadObjectAsync("ns", resource, name, "hits", LabelSelector.Everything, Cancellation));
    }

    [Fact]
    public async Task External_SumsTheSeries()
    {
        _server.Answers["/base/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/queue?labelSelector=topic%20in%20%28a%2Cb%29"] =
            """{"items":[{"metricName":"queue","value":"3"},{"metricName":"queue","value":"4500m"}]}""";
        Assert.Equal(7500, await Adapter().ReadExternalAsync("ns", "queue", LabelSelector.Parse("topic in (a,b)"), Cancellation));
    }

    [Theory]
    [InlineData(null, "the external metrics API does not know it")]
    [InlineData("""{"items":[]}""", "no metrics returned from external metrics API")]
    [InlineData("""{"items":[{"value":"much"}]}""", "the metrics API told no value")]
    [InlineData("{}", "unable to fetch metrics from external metrics API")]
    [InlineData("<html>", "unable to fetch metrics from external metrics API")]
    public async Task External_AnswerOfNoUse_SaysWhy(string? answer, string expected)
    {
        if (answer is not null)
        {
            _server.Answers["/base/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/queue"] = answer;
        }
        var problem = await Assert.ThrowsAsync<MetricException>(() => Adapter().ReadExternalAsync("ns", "queue", LabelSelector.Everything, Cancellation));
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_IsReadAnewForEachQuestion()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "token");
        _server.Answers["/base/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/queue"] = """{"items":[{"value":"1"}]}""";
        foreach (var token in new[] { "one", "two" })
        {
            await File.WriteAllTextAsync(file, token + "\n", Cancellation);
            await Adapter(file).ReadExternalAsync("ns", "queue", LabelSelector.Everything, Cancellation);
            Assert.Equal($"Bearer {token}", _server.Authorization);
        }
    }

    [Fact]
    public async Task Read_NoAdapter_IsAProblemOfThatMetric()
    {
        var item = new V2HorizontalPodAutoscaler
        {
            Spec = new()
            {
                Metrics =
                [
                    new() { Type = "External", External = new() { Metric = new() { Name = "queue" } } },
                    new() { Type = "Object", ObjectProperty = new() { Metric = new() { Name = "x" }, DescribedObject = new() { Kind = "Unheard", ApiVersion = "of/v1", Name = "n" } } },
                    new() { Type = "Resource", Resource = new() { Name = "cpu" } },
                ],
            },
        };
        var target = new ScaleTarget(Catalog.ForType<V1Deployment>(), "ns", "web", "uid", 1, LabelSelector.Everything);
        var told = await new OutsideMetrics(new NoMetricAdapter()).ReadAsync(item, target, Cancellation);
        Assert.Equal(
            ["the controller has no metrics adapter (--metrics-adapter)", "no matches for kind \"Unheard\" in \"of/v1\""],
            item.Spec.Metrics.Take(2).Select(metric => told[metric].Problem));
        Assert.Equal(2, told.Count);
    }

    private MetricAdapter Adapter(string? tokenFile = null) => new(_http, tokenFile, TimeProvider.System);

    private sealed class FakeServer : HttpMessageHandler
    {
        public Dictionary<string, string> Answers { get; } = [];

        public string? Authorization { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Authorization = request.Headers.Authorization?.ToString();
            return Task.FromResult(Answers.TryGetValue(request.RequestUri!.PathAndQuery, out var answer) // A client's.
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, "application/json") }
                : new HttpResponseMessage(HttpStatusCode.NotFound));
        }
    }
}
