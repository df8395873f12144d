using System.Text;
using k8s.Models;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Volumes;

/// <summary>What a configMap, secret, downwardAPI or projected volume holds now.</summary>
internal sealed class ProjectedFiles(IPodApi api, NodeFacts node, TimeProvider time)
{
    private const int DefaultMode = 0x1A4; // 0644
    private readonly AccountTokenCache _tokens = new(api, time);

    public void Keep(IReadOnlySet<string> podUids) => _tokens.Keep(podUids);

    /// <exception cref="VolumeException">Something referred to is missing and not optional, or a path leaves the volume.</exception>
    public async Task<IReadOnlyList<ProjectedFile>> CollectAsync(V1Pod pod, V1Volume volume, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, ProjectedFile>(StringComparer.Ordinal);
        if (volume.ConfigMap is { } map)
        {
            await AddAsync(files, pod, new(ConfigReference.ConfigMap, map.Name), map.Items, map.Optional, map.DefaultMode, cancellationToken);
        }
        else if (volume.Secret is { } secret)
        {
            await AddAsync(files, pod, new(ConfigReference.Secret, secret.SecretName), secret.Items, secret.Optional, secret.DefaultMode, cancellationToken);
        }
        else if (volume.DownwardAPI is { } downward)
        {
            AddDownward(files, pod, downward.Items, downward.DefaultMode);
        }
        foreach (var source in volume.Projected?.Sources ?? [])
        {
            var mode = volume.Projected?.DefaultMode;
            if (source.ConfigMap is { } projectedMap)
            {
                await AddAsync(files, pod, new(ConfigReference.ConfigMap, projectedMap.Name), projectedMap.Items, projectedMap.Optional, mode, cancellationToken);
            }
            else if (source.Secret is { } projectedSecret)
            {
                await AddAsync(files, pod, new(ConfigReference.Secret, projectedSecret.Name), projectedSecret.Items, projectedSecret.Optional, mode, cancellationToken);
            }
            else if (source.DownwardAPI is { } projectedDownward)
            {
                AddDownward(files, pod, projectedDownward.Items, mode);
            }
            else if (source.ServiceAccountToken is { } token)
            {
                Add(files, token.Path, Encoding.UTF8.GetBytes(await _tokens.GetAsync(pod, token, cancellationToken)), mode);
            }
        }
        return [.. files.Values];
    }

    private async Task AddAsync(
        Dictionary<string, ProjectedFile> files, V1Pod pod, ConfigReference reference, IList<V1KeyToPath>? items, bool? optional, int? defaultMode,
        CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, byte[]>? data;
        try
        {
            data = await api.ReadFilesAsync(pod.Metadata.NamespaceProperty, reference, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new VolumeException($"{reference.Kind} \"{reference.Name}\" cannot be read: {e.Message}", e);
        }
        if (data is null)
        {
            if (optional != true)
            {
                throw new VolumeException($"{reference.Kind} \"{reference.Name}\" not found");
            }
            return;
        }
        foreach (var item in items is { Count: > 0 } ? items : [.. data.Keys.Select(key => new V1KeyToPath { Key = key, Path = key })])
        {
            if (data.TryGetValue(item.Key, out var content))
            {
                Add(files, item.Path, content, item.Mode ?? defaultMode);
            }
            else if (optional != true)
            {
                throw new VolumeException($"{reference.Kind} \"{reference.Name}\" references non-existent key: {item.Key}");
            }
        }
    }

    private void AddDownward(Dictionary<string, ProjectedFile> files, V1Pod pod, IList<V1DownwardAPIVolumeFile>? items, int? defaultMode)
    {
        foreach (var item in items ?? [])
        {
            try
            {
                var text = item.FieldRef is { } field ? FieldPath.ReadForFile(pod, field.FieldPath)
                    : item.ResourceFieldRef is { } resource ? ResourceFieldPath.Read(pod, new V1Container(), resource, node.Allocatable)
                    : throw new VolumeException($"downwardAPI item \"{item.Path}\" names no field");
                Add(files, item.Path, Encoding.UTF8.GetBytes(text), item.Mode ?? defaultMode);
            }
            catch (CreateContainerConfigException e)
            {
                throw new VolumeException(e.Message, e);
            }
        }
    }

    private static void Add(Dictionary<string, ProjectedFile> files, string path, byte[] content, int? mode)
    {
        var parts = path.Split('/');
        if (path.Length == 0 || path[0] == '/' || parts.Contains("..") || parts[0].StartsWith("..", StringComparison.Ordinal) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new VolumeException($"invalid path \"{path}\": it must be relative, without '..' in it");
        }
        var clean = string.Join('/', parts.Where(part => part is not ("" or ".")));
        files[clean] = new(clean, content, mode ?? DefaultMode);
    }
}
