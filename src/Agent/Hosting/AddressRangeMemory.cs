using System.Text;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Hosting;

/// <summary>The node's podCIDR on disk, for a start while the API is away.</summary>
internal sealed class AddressRangeMemory(string dataFolder)
{
    private readonly string _path = Path.Combine(dataFolder, "pod-cidr");

    public string? Read() => File.Exists(_path) ? File.ReadAllText(_path).Trim() : null;

    public void Write(string cidr) => OwnerOnly.WriteAtomically(_path, Encoding.ASCII.GetBytes(cidr + "\n"));
}
