using System.Net.WebSockets;
using System.Text;
using k8s;
using Xunit;

namespace Orchestrator.Cluster.Tests.Streams;

/// <summary>The official C# client goes into pods; many at once, and while connections break.</summary>
public sealed class ClientStreamTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exec_OfTheClient_GivesOutputAndExitCode()
    {
        await StreamPod.StartAsync(cluster, "sharp");
        var (output, error) = ("", "");
        var code = await cluster.Client.NamespacedPodExecAsync("sharp", "default", "main", ["sh", "-c", "echo out; echo err >&2; exit 9"], false, async (_, stdout, stderr) =>
        {
            output = await new StreamReader(stdout).ReadToEndAsync(Cancellation);
            error = await new StreamReader(stderr).ReadToEndAsync(Cancellation);
        }, Cancellation);
        Assert.Equal((9, "out\n", "err\n"), (code, output, error));
    }

    [Fact]
    public async Task PortForward_OfTheClient_CarriesBytes()
    {
        await StreamPod.StartAsync(cluster, "channels");
        using var socket = await cluster.Client.WebSocketNamespacedPodPortForwardAsync("channels", "default", [8080], "v4.channel.k8s.io", cancellationToken: Cancellation);
        using var demuxer = new StreamDemuxer(socket, StreamType.PortForward);
        demuxer.Start();
        using var stream = demuxer.GetStream((byte?)0, (byte?)0);
        await stream.WriteAsync("GET /index.html HTTP/1.0\r\n\r\n"u8.ToArray(), Cancellation);
        Assert.EndsWith("welcome\n", await ReadUntilAsync(stream, "welcome\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_HundredsThatNobodyReads_HoldUpNeitherAnotherNorAWatch()
    {
        const int Stalled = 200;
        await StreamPod.StartAsync(cluster, "busy");
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.KubeConfig);
        var sockets = await Task.WhenAll(Enumerable.Range(0, Stalled).Select(_ => NarrowSocket.ExecAsync(configuration, "busy", "cat", "/dev/zero")));
        try
        {
            var began = TimeProvider.System.GetTimestamp();
            Assert.Equal("still here\n", (await cluster.KubectlAsync("exec busy -- echo still here")).Succeeded());
            await StreamPod.StartAsync(cluster, "beside");
            var took = TimeProvider.System.GetElapsedTime(began);
            Assert.True(took < TimeSpan.FromSeconds(20), $"another command and another pod took {took}");
            Assert.Equal("welcome\n", (await cluster.KubectlAsync(["get", "--raw", "/api/v1/namespaces/default/pods/busy/proxy/index.html"])).Succeeded());
        }
        finally
        {
            foreach (var socket in sockets)
            {
                socket.Abort();
                socket.Dispose();
            }
        }
        // Whoever left took the command with it.
        await Eventually.GetAsync(() => Task.FromResult(Running("cat\0/dev/zero\0")), count => count == 0, count => $"{count} of them run");
    }

    [Fact]
    public async Task Exec_AgentKilled_EndsWithAnErrorAndWorksAgainAfterwards()
    {
        var pod = await StreamPod.StartAsync(cluster, "cut");
        using var socket = await cluster.Client.WebSocketNamespacedPodExecAsync("cut", "default", ["cat"], "main", stderr: false, stdin: true, tty: false, cancellationToken: Cancellation);
        using var demuxer = new StreamDemuxer(socket);
        demuxer.Start();
        using var stdio = demuxer.GetStream(ChannelIndex.StdOut, ChannelIndex.StdIn);
        using var status = demuxer.GetStream(ChannelIndex.Error, null);
        await stdio.WriteAsync("there?\n"u8.ToArray(), Cancellation);
        await ReadUntilAsync(stdio, "there?\n");

        cluster.Agent(pod.Spec.NodeName).Kill();
        var told = await ReadUntilAsync(status, "}");
        Assert.Contains($"the connection to the agent of node \\u0022{pod.Spec.NodeName}\\u0022 broke", told, StringComparison.Ordinal);

        await cluster.StartAgentAsync(pod.Spec.NodeName);
        await Eventually.GetAsync(() => cluster.KubectlAsync("exec cut -- echo back"), result => result.ExitCode == 0, result => result.Error);
    }

    private static int Running(string commandLine) => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")) == commandLine;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No process, or not any more.
            return false;
        }
    });

    private static async Task<string> ReadUntilAsync(Stream stream, string end)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancellation);
            Assert.True(read > 0, $"the stream ended after \"{text}\"");
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        return text.ToString();
    }
}
