using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// One container on disk. The agent writes into the folder itself, the container's shim into <c>run/</c>, which is what is watched.
/// Every file is written whole and renamed, or written once.
/// </summary>
internal sealed class ContainerFolder(string path)
{
    public string FullPath { get; } = path;
    public string Run => Path.Combine(FullPath, "run");
    public string Log => Path.Combine(Run, "log");
    public string LogIndex => Path.Combine(FullPath, "log.index");
    /// <summary>Working directory of a <c>host</c> container.</summary>
    public string Work => Path.Combine(FullPath, "work");
    public string TerminationMessage => Path.Combine(FullPath, "termination-log");
    private string Record => Path.Combine(FullPath, "container.json");
    private string Started => Path.Combine(FullPath, "started.json");
    private string Exit => Path.Combine(Run, "exit");

    public void Create(ContainerRecord record)
    {
        OwnerOnly.CreateDirectory(FullPath);
        OwnerOnly.CreateDirectory(Run);
        OwnerOnly.CreateDirectory(Work);
        File.WriteAllBytes(Log, []);
        OwnerOnly.WriteAtomically(Record, JsonSerializer.SerializeToUtf8Bytes(record, ProcessRuntimeJson.Default.ContainerRecord));
    }

    public ContainerRecord? ReadRecord() =>
        TryRead(Record) is { } bytes ? Parse(bytes, ProcessRuntimeJson.Default.ContainerRecord) : null;

    public StartRecord? ReadStart() =>
        TryRead(Started) is { } bytes ? Parse(bytes, ProcessRuntimeJson.Default.StartRecord) : null;

    public void WriteStart(StartRecord start) =>
        OwnerOnly.WriteAtomically(Started, JsonSerializer.SerializeToUtf8Bytes(start, ProcessRuntimeJson.Default.StartRecord));

    /// <summary>The shim's process id as the shim wrote it, with the time it did.</summary>
    public (int Pid, DateTimeOffset At)? ReadShim() => ReadPid(Path.Combine(Run, "shim.pid"));

    /// <summary>The process id of the container's own first process.</summary>
    public int? ReadMainPid() => ReadPid(Path.Combine(Run, "pid"))?.Pid;

    public ExitRecord? ReadExit()
    {
        if (TryRead(Exit) is not { } bytes)
        {
            return null;
        }
        var lines = System.Text.Encoding.UTF8.GetString(bytes).Split('\n', 3);
        var code = int.TryParse(lines[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var parsed) ? parsed : 255;
        return new(code, Text(lines, 1), Text(lines, 2), File.GetLastWriteTimeUtc(Exit));

        static string? Text(string[] lines, int index) => lines.Length > index && lines[index].Length > 0 ? lines[index] : null;
    }

    /// <summary>For ends that no shim could record.</summary>
    public ExitRecord WriteExit(int exitCode, string reason, string message)
    {
        OwnerOnly.WriteAtomically(Exit, System.Text.Encoding.UTF8.GetBytes($"{exitCode}\n{reason}\n{message}"));
        return ReadExit() ?? throw new IOException($"{Exit} vanished");
    }

    public void Delete()
    {
        try
        {
            // The record goes first: a folder without one is what is left of a removal.
            File.Delete(Record);
            Volumes.TreeRemoval.Remove(FullPath);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    private static (int Pid, DateTimeOffset At)? ReadPid(string file) =>
        // A pid without its line feed is half-written.
        TryRead(file) is [.., (byte)'\n'] bytes && int.TryParse(bytes, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid)
            ? (pid, File.GetLastWriteTimeUtc(file))
            : null;

    private static byte[]? TryRead(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static T? Parse<T>(byte[] bytes, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
