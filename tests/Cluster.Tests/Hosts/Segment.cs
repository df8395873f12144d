using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Orchestrator.Cluster.Tests.Hosts;

/// <summary>
/// A network segment of the tests' own: a bridge in a network namespace, with a link to each host's namespace and one to the tests. Links can be cut and
/// made to lose or delay what goes over them. All of it is gone when it is disposed of.
/// </summary>
internal sealed class Segment : IAsyncDisposable
{
    private static int s_made;
    private readonly string _prefix = $"172.30.{(Environment.ProcessId + (Interlocked.Increment(ref s_made) * 31)) % 250}";
    private readonly string _testsLink = $"seg{Environment.ProcessId % 100000}x{s_made}";
    private readonly Dictionary<string, int> _places = [];
    private readonly Dictionary<string, SlowWire> _slow = [];
    private Process? _switch;

    /// <summary>The bridge's own: the controller's.</summary>
    public string Address => $"{_prefix}.1";

    /// <summary>What brings a program into the bridge's namespace.</summary>
    public IReadOnlyList<string> Inside => Enter(_switch!.Id); // Started before anything is asked of it.

    public static IReadOnlyList<string> Enter(int processId) => ["nsenter", $"--net=/proc/{processId}/ns/net"];

    public string AddressOf(string host) => $"{_prefix}.{10 + _places[host]}";

    public async Task StartAsync()
    {
        _switch = Process.Start(new ProcessStartInfo("unshare", ["--net", "/bin/sh", "-c", "ip link set lo up && echo made && exec sleep 100000"])
        {
            RedirectStandardOutput = true, Environment = { ["PATH"] = Path },
        });
        Assert.Equal("made", await _switch!.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await HereAsync("link", "add", _testsLink, "type", "veth", "peer", "name", "tests", "netns", $"{_switch.Id}");
        await ThereAsync("ip link add segment type bridge forward_delay 0 && ip link set segment up && ip link set tests master segment && ip link set tests up");
        await ThereAsync($"ip address add {Address}/24 dev segment");
        await HereAsync("address", "add", $"{_prefix}.254/24", "dev", _testsLink);
        await HereAsync("link", "set", _testsLink, "up");
    }

    /// <summary>Links a namespace to the segment; everything it knows no route for goes to the bridge.</summary>
    public async Task LinkAsync(string host, int processId)
    {
        _places[host] = _places.Count + 1;
        await ThereAsync($"ip link add {host} type veth peer name eth0 netns {processId.ToString(CultureInfo.InvariantCulture)} && ip link set {host} master segment && ip link set {host} up");
        string[] enter = [.. Enter(processId)];
        foreach (var line in new[] { $"address add {AddressOf(host)}/24 dev eth0", "link set eth0 up", $"route add default via {Address}" })
        {
            (await RunAsync([.. enter, "ip", .. line.Split(' ')])).Succeeded();
        }
    }

    /// <summary>Nothing goes over the host's link any more, until it is healed.</summary>
    public Task CutAsync(string host) => ThereAsync($"ip link set {host} down");

    public Task HealAsync(string host) => ThereAsync($"ip link set {host} up; nft delete table bridge lossy 2>/dev/null; true");

    /// <summary>Of all that goes from one host to others, this share is lost.</summary>
    public Task DropAsync(string host, int percent) => ThereAsync($$"""
        nft -f - <<'RULES'
        table bridge lossy {
          chain passing { type filter hook forward priority 0; iifname "{{host}}" numgen random mod 100 < {{percent}} drop
          }
          chain arriving { type filter hook input priority 0; iifname "{{host}}" numgen random mod 100 < {{percent}} drop
          }
        }
        RULES
        """);

    /// <summary>All that goes over the host's link, either way, takes so long.</summary>
    public async Task DelayAsync(string host, TimeSpan delay)
    {
        var wire = new SlowWire($"near{Environment.ProcessId % 100000}x{host}", $"far{Environment.ProcessId % 100000}x{host}", delay);
        _slow.Add(host, wire);
        foreach (var device in (string[])[wire.Near, wire.Far])
        {
            await HereAsync("link", "set", device, "netns", $"{_switch!.Id}");
        }
        await ThereAsync($"ip link add slow{host} type bridge forward_delay 0 && ip link set {host} master slow{host} && ip link set {wire.Near} master slow{host} && ip link set {wire.Far} master segment");
        await ThereAsync($"ip link set slow{host} up && ip link set {wire.Near} up && ip link set {wire.Far} up");
    }

    public async Task UndelayAsync(string host)
    {
        var wire = _slow[host];
        _slow.Remove(host);
        await ThereAsync($"ip link set {host} master segment && ip link delete slow{host} && ip link delete {wire.Near} && ip link delete {wire.Far}");
        await wire.WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_switch is { HasExited: false } running)
        {
            running.Kill();
            await running.WaitForExitAsync(CancellationToken.None);
        }
        // Its other end is gone, and so is it, once the kernel has taken the namespace apart; this is sooner.
        await RunAsync(["ip", "link", "delete", _testsLink]);
        _switch?.Dispose();
    }

    private static string Path => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";

    private static async Task HereAsync(params string[] arguments) => (await RunAsync(["ip", .. arguments])).Succeeded();

    private async Task ThereAsync(string script) => (await RunAsync([.. Inside, "/bin/sh", "-c", script])).Succeeded();

    private static Task<CommandResult> RunAsync(string[] words) => Command.RunAsync(words[0], words[1..], environment: new Dictionary<string, string> { ["PATH"] = Path });
}
