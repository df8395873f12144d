using System.Text.Json;
using System.Threading.Channels;
using k8s;
using k8s.Models;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Networking;

/// <summary>The cluster's services on disk: an agent that starts while the controller is away goes on with what it knew.</summary>
internal sealed class ServiceMemory(string dataFolder, ServiceDirectory directory, TimeProvider time, ILogger logger)
{
    /// <summary>Changes come in crowds: a rollout is written once, not pod by pod.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly string _path = Path.Combine(dataFolder, "services.json");
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Restore()
    {
        if (!File.Exists(_path))
        {
            return;
        }
        try
        {
            var kept = KubernetesJson.Deserialize<Kept>(File.ReadAllText(_path));
            directory.Services.Replace(kept.Services ?? []);
            directory.Slices.Replace(kept.Slices ?? []);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            Log.MemoryDamaged(logger, e.Message);
        }
    }

    /// <summary>Never ends by itself.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        directory.Changed += _ => _changed.Writer.TryWrite(true);
        while (true)
        {
            await _changed.Reader.ReadAsync(cancellationToken);
            await Task.Delay(Quiet, time, cancellationToken);
            try
            {
                Write();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.MemoryNotWritten(logger, e.Message);
            }
        }
    }

    private void Write()
    {
        var states = directory.States.Values.OrderBy(state => state.Name.ToString(), StringComparer.Ordinal).ToArray();
        var kept = new Kept { Services = [.. states.Select(state => state.Service)], Slices = [.. states.SelectMany(state => state.Slices)] };
        OwnerOnly.WriteAtomically(_path, System.Text.Encoding.UTF8.GetBytes(KubernetesJson.Serialize(kept)));
    }

    internal sealed class Kept
    {
        public List<V1Service>? Services { get; init; }
        public List<V1EndpointSlice>? Slices { get; init; }
    }
}
