using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model.Json;

namespace Orchestrator.Agent.Pods;

/// <summary>
/// The pods of this node with the status they showed last, on disk: what lets an agent that starts while the API server is away go on with its pods.
/// </summary>
internal sealed class PodCheckpoints
{
    private readonly string _folder;

    public PodCheckpoints(string folder)
    {
        _folder = folder;
        OwnerOnly.CreateDirectory(folder);
    }

    public IReadOnlyList<V1Pod> Read()
    {
        List<V1Pod> pods = [];
        foreach (var file in Directory.EnumerateFiles(_folder, "*.json"))
        {
            try
            {
                pods.Add(ModelJson.Decode<V1Pod>(File.ReadAllBytes(file)));
            }
            catch (Exception e) when (e is System.Text.Json.JsonException or Model.ApiException)
            {
                File.Delete(file);
            }
        }
        return pods;
    }

    public void Write(V1Pod pod) => OwnerOnly.WriteAtomically(PathOf(pod.Metadata.Uid), ModelJson.Encode(ModelJson.ToTree(pod)));

    public void Remove(string uid) => File.Delete(PathOf(uid));

    private string PathOf(string uid) => Path.Combine(_folder, $"{string.Concat(uid.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'))}.json");
}
