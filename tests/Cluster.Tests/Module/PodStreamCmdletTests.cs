using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

/// <summary>Cmdlets that talk with what runs in a pod.</summary>
[Collection(ModuleClusterCollection.Name)]
public sealed class PodStreamCmdletTests(ModuleCluster cluster)
{
    [Fact]
    public void Command_LinesErrorsAndExitCode_GoWhereTheyBelong()
    {
        cluster.Run("New-Namespace commands; New-Pod c host -Namespace commands -Label app=c -Command sleep, 600 -Wait -Timeout 20").Succeeded();

        Assert.Equal(["a b", "", "äöü"], Texts("Invoke-PodCommand c -Namespace commands -Command printf, 'a b\\n\\näöü'"));
        Assert.Equal(["sent", "by pipe"], Texts("'sent', 'by pipe' | Invoke-PodCommand c -Namespace commands -Command cat"));
        Assert.Equal(["30000"], Texts("1..30000 | Invoke-PodCommand c -Namespace commands -Command sh, -c, 'tee /dev/null | wc -l' | ForEach-Object Trim"));
        Assert.Equal(["10000", "line 10000"], Texts("$all = 1..10000 | ForEach-Object { \"line $_\" } | Invoke-PodCommand c -Namespace commands -Command cat; $all.Count; $all[-1]"));
        // A command that does not want all of its input.
        Assert.Equal(["1"], Texts("1..20000 | Invoke-PodCommand c -Namespace commands -Command head, -n, 1"));
        Assert.Equal(["hi"], Texts("Get-Pod -Namespace commands -Selector app=c | Invoke-PodCommand -Command echo, hi"));
        Assert.Equal(["hi"], Texts("Get-Pod -Namespace commands -Selector app=c | Invoke-PodCommand echo, hi"));

        var failed = cluster.Run("Invoke-PodCommand c -Namespace commands -Command sh, -c, 'echo out; echo oops >&2; exit 42'");
        Assert.Equal("out", Assert.Single(failed.Output).ToString());
        Assert.Equal(["CommandErrorOutput", "NonZeroExitCode"], failed.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal("oops", failed.Errors[0].Exception.Message);
        Assert.Contains("exit code 42", failed.Errors[1].Exception.Message, StringComparison.Ordinal);
        Assert.Equal(["out", "oops"], Texts("Invoke-PodCommand c -Namespace commands -MergeErrors -Command sh, -c, 'echo out; sleep 0.2; echo oops >&2'"));

        Assert.Equal("NotFound,Pod", cluster.Run("Invoke-PodCommand absent -Namespace commands -Command ls").ErrorId());
        Assert.Equal("CommandMissing", cluster.Run("Invoke-PodCommand c -Namespace commands").ErrorId());
        Assert.NotEmpty(cluster.Run("Invoke-PodCommand c -Namespace commands -Command /no/such/program").Errors);
        Assert.Equal("NotInteractive", cluster.Run("Enter-Pod c -Namespace commands").ErrorId());
        Assert.InRange(cluster.StopAfterFirstOutput("Invoke-PodCommand c -Namespace commands -Command sh, -c, 'echo first; sleep 600'"), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        cluster.Run("Remove-Pod c -Namespace commands -Force").Succeeded();
    }

    [Fact]
    public async Task Enter_OnATerminal_HandsEveryKeyOn_AndPutsItBack()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "script(1) makes the terminal");
        cluster.Run("New-Namespace terminals; New-Pod c host -Namespace terminals -Command sleep, 600 -Wait -Timeout 20").Succeeded();
        var file = Path.Combine(cluster.Folder, "enter.ps1");
        await File.WriteAllTextAsync(file, """
            param($folder)
            Import-Module Orchestrator
            Start-LocalCluster -Path $folder | Out-Null
            Enter-Pod c -Namespace terminals -Command sh, -c, 'trap "echo caught; exit 0" INT; [ -t 1 ] && echo begin; while :; do sleep 0.1; done'
            "settings $((stty -a) -join ' ' -match ' isig ')"
            """, TestContext.Current.CancellationToken);
        using var script = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "script", ["-qec", $"'{Path.Combine(Checkout.Root, "orch")}' -File '{file}' '{cluster.Folder}'", "/dev/null"])
            { RedirectStandardInput = true, RedirectStandardOutput = true })!; // A new process.
        var said = new StringBuilder();
        await SeesAsync("begin");
        await script.StandardInput.WriteAsync('\x03');
        await script.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await SeesAsync("caught");
        await SeesAsync("settings True");
        script.StandardInput.Close();
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        cluster.Run("Remove-Pod c -Namespace terminals -Force").Succeeded();

        async Task SeesAsync(string text)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(60));
            var buffer = new char[1024];
            while (!said.ToString().Contains(text, StringComparison.Ordinal))
            {
                var read = await script.StandardOutput.ReadAsync(buffer, limit.Token);
                said.Append(buffer, 0, read);
                Assert.True(read > 0, $"it ended without {text}: {said}");
            }
        }
    }

    [Fact]
    public void Copy_ThereAndBack_IsTheSame()
    {
        var folder = Directory.CreateTempSubdirectory("copy-").FullName;
        var inside = Path.Combine(folder, "pod");
        Directory.CreateDirectory(inside);
        Directory.CreateDirectory(Path.Combine(folder, "from", "sub"));
        File.WriteAllText(Path.Combine(folder, "from", "a.txt"), "text");
        var big = new byte[5_000_000];
        new Random(1).NextBytes(big);
        File.WriteAllBytes(Path.Combine(folder, "from", "sub", "big"), big);
        cluster.Run("New-Namespace copies; New-Pod c host -Namespace copies -Command sleep, 600 -Wait -Timeout 20").Succeeded();

        cluster.Run("param($from, $to) Copy-PodItem $from \"c:$to\" -Namespace copies", Path.Combine(folder, "from"), inside).Succeeded();
        Assert.Equal(big, File.ReadAllBytes(Path.Combine(inside, "from", "sub", "big")));
        cluster.Run("param($from, $to) Copy-PodItem -Path $from -ToPod c -Destination $to -Namespace copies", Path.Combine(folder, "from", "a.txt"), Path.Combine(inside, "b.txt")).Succeeded();
        Assert.Equal("text", File.ReadAllText(Path.Combine(inside, "b.txt")));

        var back = Path.Combine(folder, "back");
        cluster.Run("param($from, $to) Copy-PodItem \"copies/c:$from\" $to", Path.Combine(inside, "from"), back).Succeeded();
        Assert.Equal(big, File.ReadAllBytes(Path.Combine(back, "sub", "big")));
        Assert.Equal("b.txt", Assert.Single(cluster.Run("param($from, $to) Copy-PodItem -FromPod c -Path $from -Destination $to -Namespace copies -PassThru | ForEach-Object Name",
            Path.Combine(inside, "b.txt"), back).Succeeded()).ToString());

        cluster.Run("param($from, $to) Copy-PodItem \"copies/c:$from\" $to -WhatIf", Path.Combine(inside, "from"), Path.Combine(folder, "rehearsed")).Succeeded();
        Assert.False(Directory.Exists(Path.Combine(folder, "rehearsed")));
        Assert.Equal("NonZeroExitCode", cluster.Run("param($to) Copy-PodItem copies/c:/no/such/file $to", back).ErrorId());
        Assert.Equal("NotFound,Path", cluster.Run("Copy-PodItem ./no-such-file copies/c:/tmp").ErrorId());
        Assert.Equal("InvalidPath", cluster.Run("Copy-PodItem a b").ErrorId());
        cluster.Run("Remove-Pod c -Namespace copies -Force").Succeeded();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task PortForward_JobLeadsToThePod_UntilItIsStopped()
    {
        // A process pod's address is one of this machine's: what the pod would serve may as well be served from here.
        var address = System.Net.IPAddress.Parse(Texts("New-Namespace ports | Out-Null; (New-Pod echo host -Namespace ports -Command sleep, 600 -Wait -Timeout 20).IP").Single());
        using var server = new TcpListener(address, 8080);
        server.Start();
        var serving = ServeAsync(server);
        var job = Assert.Single(cluster.Run("Start-PodPortForward echo 8080 -Namespace ports").Succeeded());
        var port = Assert.Single((IReadOnlyList<int>)job.Properties["LocalPort"].Value);
        Assert.Equal("Running", job.Properties["JobStateInfo"].Value.ToString());

        await Task.WhenAll(Enumerable.Range(0, 5).Select(async number =>
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
            var stream = connection.GetStream();
            var sent = Encoding.ASCII.GetBytes($"hello {number} {new string('x', 100_000)}");
            var writing = stream.WriteAsync(sent, TestContext.Current.CancellationToken);
            var received = new byte[sent.Length];
            await stream.ReadExactlyAsync(received, TestContext.Current.CancellationToken);
            await writing;
            Assert.Equal(sent, received);
        }));

        cluster.Run("Get-Job | Where-Object PSJobTypeName -eq PodPortForward | Stop-Job").Succeeded();
        Assert.Equal("Stopped", job.Properties["JobStateInfo"].Value.ToString());
        using var refused = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => refused.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken).AsTask());
        cluster.Run("Get-Job | Where-Object PSJobTypeName -eq PodPortForward | Remove-Job").Succeeded();

        var failing = Assert.Single(cluster.Run("Start-PodPortForward echo 9 -Namespace ports").Succeeded());
        using (var connection = new TcpClient())
        {
            await connection.ConnectAsync("127.0.0.1", ((IReadOnlyList<int>)failing.Properties["LocalPort"].Value)[0], TestContext.Current.CancellationToken);
            Assert.Equal(0, await connection.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        }

        var told = cluster.Run("Get-Job | Where-Object PSJobTypeName -eq PodPortForward | Receive-Job");
        Assert.Contains("9", Assert.Single(told.Errors).Exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("ConnectionBroken", told.Errors[0].FullyQualifiedErrorId, StringComparison.Ordinal);
        cluster.Run("Get-Job | Where-Object PSJobTypeName -eq PodPortForward | Remove-Job -Force").Succeeded();
        cluster.Run("Remove-Pod echo -Namespace ports -Force").Succeeded();
        server.Stop();
        await serving;
    }

    private static async Task ServeAsync(TcpListener server)
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(EchoAsync(await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken)));
            }
        }
        catch (SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private static async Task EchoAsync(TcpClient connection)
    {
        using var _ = connection;
        await connection.GetStream().CopyToAsync(connection.GetStream(), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Measure_TellsWhatPodsAndNodesUse()
    {
        cluster.Run("New-Namespace usage; New-Pod busy host -Namespace usage -Command sh, -c, 'while :; do :; done' -Wait -Timeout 20").Succeeded();

        var script = "$end = [datetime]::UtcNow.AddSeconds(20); do { $found = Get-Pod -Namespace usage | Measure-Pod -ErrorAction Ignore } until ($found -and $found.CpuMillicores -or [datetime]::UtcNow -gt $end); $found";
        var pod = Assert.Single(cluster.Run(script).Succeeded());
        Assert.InRange((long)pod.Properties["CpuMillicores"].Value, 10, 1300);
        Assert.InRange((long)pod.Properties["MemoryBytes"].Value, 100_000, 100_000_000);
        Assert.Equal(["busy"], Texts("Measure-Pod b* -Namespace usage | ForEach-Object { $_.Containers } | ForEach-Object Name"));
        Assert.Equal("NotFound,PodMetrics", cluster.Run("Measure-Pod absent -Namespace usage").ErrorId());
        Assert.Equal(["True"], Texts("(Measure-Node).MemoryBytes -gt 10MB"));
        cluster.Run("Remove-Pod busy -Namespace usage -Force").Succeeded();
    }

    [Fact]
    public void Restart_WaitsForTheReplacement_AndRefusesWhatNothingReplaces()
    {
        cluster.Run("New-Namespace again; New-Deployment web host -Namespace again -Command sleep, 600 -Wait -Timeout 30; New-Pod alone host -Namespace again -Command sleep, 600 -Env A=1 -Label x=y -Wait -Timeout 20").Succeeded();
        var before = Texts("Get-Pod web-* -Namespace again | ForEach-Object Name").Single();

        var after = Assert.Single(cluster.Run("Restart-Pod web-* -Namespace again -PassThru -Timeout 60").Succeeded());
        Assert.NotEqual(before, after.ToString());
        Assert.True((bool)after.Properties["IsReady"].Value);

        Assert.Equal("NoOwner,Pod", cluster.Run("Restart-Pod alone -Namespace again").ErrorId());
        cluster.Run("Restart-Pod alone -Namespace again -Force -WhatIf").Succeeded();
        var again = Assert.Single(cluster.Run("$old = Get-Pod alone -Namespace again; $new = $old | Restart-Pod -Force -PassThru -Timeout 60; if ($new.Object.Metadata.Uid -ne $old.Object.Metadata.Uid) { $new }").Succeeded());
        Assert.Equal("alone", again.ToString());
        Assert.Equal(["1 y"], Texts("Get-Pod alone -Namespace again | ForEach-Object { \"$($_.Object.Spec.Containers[0].Env[0].Value) $($_.Labels['x'])\" }"));
        cluster.Run("Remove-Deployment web -Namespace again; Remove-Pod alone -Namespace again -Force").Succeeded();
    }

    [Fact]
    public void Log_AllContainers_IsThatOfEach()
    {
        cluster.Run(
            """
            New-Namespace logs
            'apiVersion: v1
            kind: Pod
            metadata: {name: two, namespace: logs}
            spec:
              restartPolicy: Never
              initContainers: [{name: i, image: host, command: [echo, from i]}]
              containers:
              - {name: a, image: host, command: [echo, from a]}
              - {name: b, image: host, command: [echo, from b]}' | Publish-Manifest
            Wait-ClusterResource Pod two -Namespace logs -For 'jsonpath={.status.phase}=Succeeded' -Timeout 30
            """).Succeeded();

        Assert.Equal(["from i", "from a", "from b"], Texts("Get-PodLog two -Namespace logs -AllContainers"));
        Assert.Equal(["from a", "from b", "from i"], Texts("Get-PodLog two -Namespace logs -AllContainers -Follow").Order(StringComparer.Ordinal));
        Assert.Equal(["a", "b", "i"], Texts("(TabExpansion2 'Invoke-PodCommand two -Namespace logs -Container ').CompletionMatches.CompletionText"));
        Assert.Equal("InvalidArgument", cluster.Run("Get-PodLog two -Namespace logs -AllContainers -Container a").ErrorId());
    }

    private List<string> Texts(string script) => [.. cluster.Run(script).Succeeded().Select(item => item.ToString())];
}
