using System.Management.Automation;
using System.Text;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Copies a file or a folder into a pod or out of it. As with Copy-Item, a destination that is a folder takes the item in, else it is the item's new name.
/// The container must have <c>tar</c>; links are left out.
/// </summary>
/// <example><code>Copy-PodItem ./site web-0:/usr/share/nginx/html</code></example>
/// <example><code>Copy-PodItem web-0:/var/log/app.log .</code></example>
/// <example><code>Copy-PodItem -FromPod web-0 -Path /etc/hosts -Destination ./hosts</code></example>
[Cmdlet(VerbsCommon.Copy, "PodItem", SupportsShouldProcess = true)]
[OutputType(typeof(FileSystemInfo))]
public sealed class CopyPodItemCommand : NamespacedCmdlet
{
    private const long Mebibyte = 1 << 20;

    private readonly StringBuilder _said = new();
    private long _shown;

    /// <summary>What is copied: a path of this machine, or <c>pod:path</c>.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    public string[] Path { get; set; } = [];

    /// <summary>Where to: a path of this machine, or <c>pod:path</c>.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    public string Destination { get; set; } = "";

    /// <summary>The pod that -Path is in, which then has no pod's name.</summary>
    [Parameter]
    [NameCompleter("Pod")]
    public string? FromPod { get; set; }

    /// <summary>The pod that -Destination is in, which then has no pod's name.</summary>
    [Parameter]
    [NameCompleter("Pod")]
    public string? ToPod { get; set; }

    /// <summary>May be left out when the pod has one container.</summary>
    [Parameter]
    [Alias("c")]
    [ContainerCompleter]
    public string? Container { get; set; }

    /// <summary>Writes what was made on this machine.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override async Task ProcessAsync()
    {
        var to = ToPod is not null ? new PodPath(null, ToPod, Destination) : FromPod is null ? PodPath.Parse(Destination) : null;
        foreach (var path in Path)
        {
            var from = FromPod is not null ? new PodPath(null, FromPod, path) : to is null ? PodPath.Parse(path) : null;
            await TryAsync(path, () => (from, to) switch
            {
                ({ } source, null) => DownloadAsync(source),
                (null, { } target) => UploadAsync(path, target),
                _ => throw ClusterException.Argument("InvalidPath", "One of -Path and -Destination is in a pod (pod:path, or -FromPod or -ToPod), the other on this machine."),
            });
        }
    }

    private async Task DownloadAsync(PodPath source)
    {
        var pod = Target(source);
        var (folder, name) = PodPath.Split(source.Path);
        var destination = Local(Destination);
        var target = Directory.Exists(destination) || Destination.EndsWith('/') || Destination.EndsWith(System.IO.Path.DirectorySeparatorChar)
            ? System.IO.Path.Combine(destination, name)
            : destination;
        if (!await ConfirmAsync($"Copy {source.Path} to {target}", pod.ToString(), () => TestAsync(pod, "-e", source.Path)))
        {
            return;
        }

        var activity = $"Copying from {pod.Name}";
        _said.Clear();
        await using var run = await RunningCommand.StartAsync(Client, pod, new(["tar", "cf", "-", "-C", folder, "--", name], Container, Input: false), Cancellation);
        await using var archive = new CommandOutputStream(run, data => Note(StreamChannel.ErrorOutput, data));
        var files = 0;
        try
        {
            files = await new TarExtractor(name, target, WriteWarning, (file, bytes) => Show(activity, file, bytes)).ExtractAsync(archive, Cancellation);
        }
        catch (Exception broken) when (broken is EndOfStreamException or InvalidDataException)
        {
            // A command that failed left no archive: its own words tell more.
            await FinishAsync(pod, run);
            throw ClusterException.Broken(broken.Message);
        }

        await FinishAsync(pod, run);
        EndProgress(activity);
        WriteVerbose($"{files} files to {target}");
        if (PassThru && (File.Exists(target) || Directory.Exists(target)))
        {
            WriteObject(Directory.Exists(target) ? new DirectoryInfo(target) : new FileInfo(target));
        }
    }

    private async Task UploadAsync(string path, PodPath destination)
    {
        var pod = Target(destination);
        var source = Local(path).TrimEnd(System.IO.Path.DirectorySeparatorChar, '/');
        if (!File.Exists(source) && !Directory.Exists(source))
        {
            throw new ClusterException("NotFound,Path", ErrorCategory.ObjectNotFound, $"{source} does not exist.") { Target = path };
        }

        if (!await ConfirmAsync($"Copy {source} to {destination.Path}", pod.ToString(), () => Client.GetAsync(pod.Kind, pod.Namespace, pod.Name, Cancellation)))
        {
            return;
        }

        var isFolder = destination.Path is "" or "." or "/" || destination.Path.EndsWith('/') || await TestAsync(pod, "-d", destination.Path);
        var (folder, name) = isFolder
            ? (destination.Path.Length == 0 ? "." : destination.Path, System.IO.Path.GetFileName(source))
            : PodPath.Split(destination.Path);
        var activity = $"Copying to {pod.Name}";
        _said.Clear();
        await using var run = await RunningCommand.StartAsync(Client, pod, new(["tar", "xmf", "-", "-C", folder], Container, Input: true), Cancellation);
        await using (var input = new CommandInputStream(run, Note))
        {
            await new TarPacker(WriteWarning, (file, bytes) => Show(activity, file, bytes)).PackAsync(source, name, input, Cancellation);
        }

        await run.CloseInputAsync(Cancellation);
        await FinishAsync(pod, run);
        EndProgress(activity);
    }

    private ObjectTarget Target(PodPath path) => new(Kinds.Pod, path.Namespace ?? EffectiveNamespace, path.Pod);

    private string Local(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    private async Task<bool> TestAsync(ObjectTarget pod, string test, string path)
    {
        await using var run = await RunningCommand.StartAsync(Client, pod, new(["test", test, path], Container, Input: false), Cancellation);
        var end = await run.FinishAsync((_, _) => { }, Cancellation);
        return end.ExitCode is null ? throw ClusterException.Command(pod, end) : end.Succeeded;
    }

    private async Task FinishAsync(ObjectTarget pod, RunningCommand run)
    {
        var end = await run.FinishAsync(Note, Cancellation);
        if (!end.Succeeded)
        {
            throw ClusterException.Command(pod, end, _said.ToString().Trim());
        }
    }

    // Enough of what tar complains about.
    private void Note(StreamChannel channel, byte[] data)
    {
        if (channel == StreamChannel.ErrorOutput && _said.Length < 4096)
        {
            _said.Append(Encoding.UTF8.GetString(data));
        }
    }

    private void Show(string activity, string file, long bytes)
    {
        // Not for every piece: showing takes time as well.
        if (bytes == 0 || bytes - _shown >= Mebibyte || bytes < _shown)
        {
            _shown = bytes;
            ShowProgress(activity, $"{file} ({bytes / Mebibyte} MiB)");
        }
    }
}
