using System.Threading.Channels;
using Orchestrator.Controller.Hosting;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Auditing;

/// <summary>Writes who did what as JSON lines to <c>audit/audit.log</c> of the data folder, readable by its owner only; full files are numbered, old ones go.</summary>
internal sealed class AuditLog(ControllerOptions options, ILogger<AuditLog> log) : BackgroundService
{
    /// <summary>Lines on their way to the file; past these requests wait, so that nothing is done unseen.</summary>
    private const int QueueLength = 16_384;

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly string _path = Path.Combine(options.DataFolder, "audit", "audit.log");

    public AuditLevel Level => options.AuditLevel;

    public ValueTask WriteAsync(AuditRecord record, HttpContext http, DateTimeOffset received, DateTimeOffset ended)
    {
        var line = ModelJson.Encode(record.ToJson(http, received, ended));
        // The request is over whatever its client does now: its line is not lost with it.
        return _lines.Writer.WriteAsync(line);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _lines.Writer.TryComplete();
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Level == AuditLevel.None)
        {
            return;
        }
        var file = Open();
        try
        {
            // The end of the server is the end of the queue: what is in it is written.
            while (await _lines.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                while (_lines.Reader.TryRead(out var line))
                {
                    await file.WriteAsync(line, CancellationToken.None).ConfigureAwait(false);
                    file.WriteByte((byte)'\n');
                }
                await file.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                if (file.Length >= options.AuditLogMaxBytes)
                {
                    await file.DisposeAsync().ConfigureAwait(false);
                    Rotate();
                    file = Open();
                }
            }
        }
        catch (IOException problem)
        {
            // A disk without room for the log is no reason to stop a cluster; the store tells of the same disk by itself.
            log.AuditFailed(_path, problem);
            while (await _lines.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false) && _lines.Reader.TryRead(out _))
            {
            }
        }
        finally
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!); // Joined with a folder.
        var how = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 64 * 1024 };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return new(_path, how);
    }

    private void Rotate()
    {
        for (var i = options.AuditLogMaxBackups; i >= 0; i--)
        {
            var from = i == 0 ? _path : $"{_path}.{i}";
            if (!File.Exists(from))
            {
                continue;
            }
            if (i == options.AuditLogMaxBackups)
            {
                File.Delete(from);
            }
            else
            {
                File.Move(from, $"{_path}.{i + 1}", overwrite: true);
            }
        }
    }
}
