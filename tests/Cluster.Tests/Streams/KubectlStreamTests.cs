using System.Globalization;
using System.Net.Http;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Orchestrator.Cluster.Tests.Streams;

/// <summary>kubectl goes into pods in each protocol that it has for it.</summary>
public sealed partial class KubectlStreamTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Exec_OutputsInputAndExitCode(string webSockets)
    {
        await StreamPod.StartAsync(cluster, $"exec-{webSockets}");
        var variables = new Dictionary<string, string> { ["KUBECTL_REMOTE_COMMAND_WEBSOCKETS"] = webSockets };
        var result = await cluster.KubectlAsync(["exec", $"exec-{webSockets}", "--", "sh", "-c", "echo out; echo err >&2; exit 3"], null, variables);
        Assert.Equal((3, "out\n", "err\ncommand terminated with exit code 3\n"), (result.ExitCode, result.Output, result.Error));

        var text = string.Concat(Enumerable.Range(0, 30_000).Select(number => $"{number}\n"));
        Assert.Equal(text, (await cluster.KubectlAsync(["exec", "-i", $"exec-{webSockets}", "--", "cat"], text, variables)).Succeeded());
        // Without -i there is no input, and its end is seen at once.
        Assert.Equal("0\n", (await cluster.KubectlAsync(["exec", $"exec-{webSockets}", "--", "sh", "-c", "cat | wc -c"], null, variables)).Succeeded());
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Exec_Terminal_IsOneAndGivesTheExitCode(string webSockets)
    {
        await StreamPod.StartAsync(cluster, $"tty-{webSockets}");
        var result = await Command.RunAsync(
            "script", ["-qec", $"kubectl exec -it tty-{webSockets} -- sh -c 'test -t 0 && test -t 1 && echo a $TERM; exit 6'", "/dev/null"],
            environment: new Dictionary<string, string> { ["KUBECONFIG"] = cluster.KubeConfig, ["KUBECTL_REMOTE_COMMAND_WEBSOCKETS"] = webSockets });
        Assert.Equal(6, result.ExitCode);
        Assert.Contains("a xterm", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task PortForward_ConnectionsOneAfterAnotherAndAtOnce(string webSockets)
    {
        await StreamPod.StartAsync(cluster, $"forward-{webSockets}");
        using var forward = await ClusterProcess.StartAsync(
            "env", [$"KUBECTL_PORT_FORWARD_WEBSOCKETS={webSockets}", "kubectl", "--kubeconfig", cluster.KubeConfig, "port-forward", $"pod/forward-{webSockets}", ":8080"],
            "Forwarding from 127.0.0.1");
        var port = int.Parse(ForwardedPort().Match(forward.Log).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = AnswerLimit };
        for (var round = 0; round < 3; round++)
        {
            var pages = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.GetStringAsync("/index.html", TestContext.Current.CancellationToken)));
            Assert.All(pages, page => Assert.Equal("welcome\n", page));
        }
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task PortForward_ClosedPort_SaysWhich(string webSockets)
    {
        await StreamPod.StartAsync(cluster, $"closed-{webSockets}");
        using var forward = await ClusterProcess.StartAsync(
            "env", [$"KUBECTL_PORT_FORWARD_WEBSOCKETS={webSockets}", "kubectl", "--kubeconfig", cluster.KubeConfig, "port-forward", $"pod/closed-{webSockets}", ":8099"],
            "Forwarding from 127.0.0.1");
        var port = int.Parse(ForwardedPort().Match(forward.Log).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        using var client = new HttpClient { Timeout = AnswerLimit };
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync($"http://127.0.0.1:{port}/", TestContext.Current.CancellationToken));
        await Eventually.GetAsync(
            () => Task.FromResult(forward.Log), log => log.Contains($"error forwarding port 8099 to pod closed-{webSockets}: port 8099: Connection refused", StringComparison.Ordinal), log => log);
    }

    [Fact]
    public async Task Copy_FileToAndFrom_IsTheSame()
    {
        await StreamPod.StartAsync(cluster, "copied");
        var folder = Directory.CreateTempSubdirectory("orchestrator-copy-").FullName;
        try
        {
            var bytes = new byte[3_000_000];
            new Random(7).NextBytes(bytes);
            var (there, inside, back) = (Path.Combine(folder, "there"), Path.Combine(folder, "inside"), Path.Combine(folder, "back"));
            await File.WriteAllBytesAsync(there, bytes, TestContext.Current.CancellationToken);
            (await cluster.KubectlAsync(["cp", there, $"copied:{inside}"])).Succeeded();
            (await cluster.KubectlAsync(["cp", $"copied:{inside}", back])).Succeeded();
            Assert.Equal(bytes, await File.ReadAllBytesAsync(inside, TestContext.Current.CancellationToken));
            Assert.Equal(bytes, await File.ReadAllBytesAsync(back, TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Attach_RunningPod_FollowsItToItsEnd()
    {
        await StreamPod.StartAsync(cluster, "attached", "until [ -e go ]; do sleep 0.05; done; for i in 1 2 3; do echo tick $i; sleep 0.2; done");
        var attached = cluster.KubectlAsync("attach attached");
        (await cluster.KubectlAsync("exec attached -- touch go")).Succeeded();
        Assert.EndsWith("tick 3\n", (await attached).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_ToAPod_AnswersRedirectsAndRefuses()
    {
        await StreamPod.StartAsync(cluster, "proxied");
        const string Pods = "/api/v1/namespaces/default/pods";
        foreach (var name in new[] { "proxied", "proxied:web", "proxied:8080", "http:proxied:8080" })
        {
            Assert.Equal("welcome\n", (await cluster.KubectlAsync(["get", "--raw", $"{Pods}/{name}/proxy/index.html"])).Succeeded());
        }
        var refused = await cluster.KubectlAsync(["get", "--raw", $"{Pods}/proxied:8099/proxy/"]);
        Assert.Contains("error trying to reach service: port 8099: Connection refused", refused.Error, StringComparison.Ordinal);
        var unknown = await cluster.KubectlAsync(["get", "--raw", $"{Pods}/proxied:nothing/proxy/"]);
        Assert.Contains("pod \"proxied\" has no port \"nothing\"", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_WhatCannotBe_IsToldPlainly()
    {
        await StreamPod.StartAsync(cluster, "told");
        Assert.Contains("executable file not found", (await cluster.KubectlAsync("exec told -- no-such-program")).Error, StringComparison.Ordinal);
        Assert.Contains("container other is not valid for pod told", (await cluster.KubectlAsync("exec told -c other -- true")).Error, StringComparison.Ordinal);
        Assert.Contains("command: Required value", (await cluster.KubectlAsync(["get", "--raw", "/api/v1/namespaces/default/pods/told/exec?stdout=true"])).Error, StringComparison.Ordinal);
        Assert.Contains("Upgrade request required", (await cluster.KubectlAsync(["get", "--raw", "/api/v1/namespaces/default/pods/told/exec?stdout=true&command=ls"])).Error, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"Forwarding from 127\.0\.0\.1:(\d+)")]
    private static partial Regex ForwardedPort();
}
