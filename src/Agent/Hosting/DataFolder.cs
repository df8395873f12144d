using System.Globalization;
using System.Text;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Hosting;

/// <summary>The agent's hold on its data folder: one agent at a time, and a note of which process it is.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _pidFile;

    private DataFolder(FileStream @lock, string pidFile) => (_lock, _pidFile) = (@lock, pidFile);

    /// <exception cref="IOException">Another agent holds it, or it cannot be written to; the message says which.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            OwnerOnly.CreateDirectory(path);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(path, "agent.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new IOException($"{path}: another agent uses this data folder", e);
        }
        OwnerOnly.SweepUnfinished(path);
        new DiskReserve(path).Look();
        return new(held, Path.Combine(path, "agent.pid"));
    }

    public void WritePid() =>
        OwnerOnly.WriteAtomically(_pidFile, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));

    public void Dispose()
    {
        File.Delete(_pidFile);
        _lock.Dispose();
    }
}
