using System.Text;
using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Orchestrator.Model.Tunnel;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Pods;

/// <summary>What every runtime has to give someone who wants into a container.</summary>
public abstract class PodStreamsTests
{
    private static readonly StreamsRequest Pipes = new(Input: true, Output: true, ErrorOutput: true, Terminal: false);
    private static readonly StreamsRequest Terminal = new(Input: true, Output: true, ErrorOutput: false, Terminal: true);

    private static CancellationToken Cancellation => ProcessHarness.Cancellation;

    private protected abstract Task<NodeHarness> CreateAsync();

    /// <summary>Where a server has to listen that only its own pod can reach.</summary>
    private protected abstract string InnerAddress { get; }

    [Fact]
    public async Task Exec_Command_HasItsOutputsApartAndItsExitCode()
    {
        await using var node = await CreateAsync();
        await using var streams = await ExecAsync(node, Pipes, "sh", "-c", "echo out; echo err >&2; exit 3");
        var (output, error) = await ReadAllAsync(streams);
        Assert.Equal(("out\n", "err\n", 3), (output, error, await streams.WaitAsync(Cancellation)));
    }

    [Fact]
    public async Task Exec_Input_ArrivesWholeAndEnds()
    {
        await using var node = await CreateAsync();
        await using var streams = await ExecAsync(node, Pipes, "cat");
        var sent = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number}\n"));
        var reading = ReadAllAsync(streams);
        foreach (var part in Encoding.UTF8.GetBytes(sent).Chunk(7000))
        {
            await streams.WriteAsync(part, Cancellation);
        }
        await streams.CloseInputAsync(Cancellation);
        Assert.Equal(sent, (await reading).Output);
        Assert.Equal(0, await streams.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task Exec_Terminal_HasASizeAnEchoAndAnInterrupt()
    {
        await using var node = await CreateAsync();
        await using var streams = await ExecAsync(node, Terminal, "sh");
        var shown = new StringBuilder();
        var reading = streams.CopyOutputAsync((_, data, _) => Keep(shown, data.Span), Cancellation);
        await streams.ResizeAsync(91, 23, Cancellation);
        await TypeAsync(streams, "stty size\n");
        await ShowsAsync(shown, "23 91");
        // Not before the command has the terminal, which only the command itself can tell: until then the key is the shell's.
        await TypeAsync(streams, "sh -c 'echo st\"\"arted; exec sleep 1000'\n");
        await ShowsAsync(shown, "started");
        await TypeAsync(streams, "\u0003");
        await TypeAsync(streams, "echo $((6 * 7)) $TERM; exit 5\n");
        await ShowsAsync(shown, "42 xterm");
        await reading;
        Assert.Equal(5, await streams.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task Exec_NoInput_ReadsItsEnd()
    {
        await using var node = await CreateAsync();
        await using var streams = await ExecAsync(node, Pipes with { Input = false }, "cat");
        Assert.Equal("", (await ReadAllAsync(streams)).Output);
        Assert.Equal(0, await streams.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task Exec_LetGoOf_IsKilled()
    {
        await using var node = await CreateAsync();
        var streams = await ExecAsync(node, Pipes, "sh", "-c", "trap '' HUP PIPE TERM; echo here; while :; do echo x >>alive; sleep 0.02; done");
        var seen = new StringBuilder();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reading = streams.CopyOutputAsync((_, data, _) => Keep(seen, data.Span), stop.Token);
        await ShowsAsync(seen, "here");
        await stop.CancelAsync();
        await streams.DisposeAsync();
        await reading.ContinueWith(_ => { }, TaskScheduler.Default);
        // It wrote all the time: when it stops, the file does.
        var sizes = new List<string>();
        await Eventually.SeesAsync(
            () => CountAsync(node).GetAwaiter().GetResult(), count =>
            {
                sizes.Add(count);
                return sizes.Count > 3 && sizes[^1] == sizes[^2] && sizes[^2] == sizes[^3];
            });
    }

    [Fact]
    public async Task Exec_UnknownCommand_IsToldAndTheContainerGoesOn()
    {
        await using var node = await CreateAsync();
        string told;
        try
        {
            await using var streams = await ExecAsync(node, Pipes, "/no/such/program");
            var (output, error) = await ReadAllAsync(streams);
            told = output + error;
            Assert.InRange(await streams.WaitAsync(Cancellation) ?? 0, 126, 127);
        }
        catch (RunContainerException e)
        {
            told = e.Message;
        }
        Assert.Contains("no such file", told.Replace("executable file not found", "no such file", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(ContainerState.Running, (await node.ContainersAsync()).Single().State);
    }

    [Fact]
    public async Task Attach_RunningContainer_SeesWhatItWritesFromNowOnUntilItEnds()
    {
        await using var node = await CreateAsync();
        var pod = Pod("p", Shell("c", "echo before; until [ -e go ]; do sleep 0.02; done; echo after; sleep 0.1; exit 0"));
        pod.Spec.RestartPolicy = "Never";
        node.Table.Set(pod);
        await node.LogContainsAsync("c", "before");
        await using var streams = await node.Runtime.AttachAsync((await node.ContainersAsync()).Single().Id, Pipes with { Input = false }, Cancellation);
        var reading = ReadAllAsync(streams);
        await node.Runtime.ExecAsync((await node.ContainersAsync()).Single().Id, ["touch", "go"], TimeSpan.FromSeconds(20), Cancellation);
        Assert.Equal("after\n", (await reading).Output);
        Assert.Null(await streams.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task Connect_PortOfThePod_CarriesBytesBothWaysAndHalfEnds()
    {
        await using var node = await CreateAsync();
        node.Table.Set(Pod("p", Shell("c", $"exec busybox httpd -f -p {InnerAddress}:8085")));
        await node.SeesAsync("p", status => status.ContainerStatuses[0].Ready);
        await using var connection = await Eventually.ReturnsAsync(() => node.Runtime.ConnectAsync("uid-p", 8085, Cancellation), e => e is RunContainerException);
        await connection.WriteAsync("GET /none HTTP/1.0\r\n\r\n"u8.ToArray(), Cancellation);
        (connection as System.Net.Sockets.NetworkStream)?.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        using var answer = new StreamReader(connection);
        Assert.StartsWith("HTTP/1.1 404 Not Found", await answer.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_PortThatNobodyHas_IsRefusedByName()
    {
        await using var node = await CreateAsync();
        node.Table.Set(Pod("p", Shell("c", "exec sleep 1000")));
        await node.SeesAsync("p", status => status.ContainerStatuses[0].Ready);
        var refused = await Assert.ThrowsAsync<RunContainerException>(() => node.Runtime.ConnectAsync("uid-p", 8086, Cancellation));
        Assert.Contains("8086", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<IContainerStreams> ExecAsync(NodeHarness node, StreamsRequest request, params string[] command)
    {
        node.Table.Set(Pod("p", Shell("c", "exec sleep 1000")));
        await node.SeesAsync("p", status => status.ContainerStatuses[0].Ready);
        return await node.Runtime.OpenExecAsync((await node.ContainersAsync()).Single().Id, command, request, Cancellation);
    }

    private static async Task<(string Output, string Error)> ReadAllAsync(IContainerStreams streams)
    {
        var (output, error) = (new StringBuilder(), new StringBuilder());
        await streams.CopyOutputAsync((channel, data, _) => Keep(channel == StreamChannel.ErrorOutput ? error : output, data.Span), Cancellation);
        return (output.ToString(), error.ToString());
    }

    private static async Task<string> CountAsync(NodeHarness node) =>
        (await node.Runtime.ExecAsync((await node.ContainersAsync()).Single().Id, ["sh", "-c", "sleep 0.1; wc -c <alive"], TimeSpan.FromSeconds(20), Cancellation)).Output;

    private static ValueTask TypeAsync(IContainerStreams streams, string keys) => streams.WriteAsync(Encoding.UTF8.GetBytes(keys), Cancellation);

    private static Task<string> ShowsAsync(StringBuilder shown, string text) => Eventually.SeesAsync(
        () =>
        {
            lock (shown)
            {
                return shown.ToString();
            }
        },
        all => all.Contains(text, StringComparison.Ordinal),
        all => $"\"{all}\" without \"{text}\"");

    private static ValueTask Keep(StringBuilder text, ReadOnlySpan<byte> data)
    {
        lock (text)
        {
            text.Append(Encoding.UTF8.GetString(data));
        }
        return ValueTask.CompletedTask;
    }
}
