using k8s.Models;

namespace Orchestrator.Agent.Pods.Configuration;

/// <summary>A ConfigMap or Secret by kind and name.</summary>
internal readonly record struct ConfigReference(string Kind, string Name)
{
    public const string ConfigMap = "configmap";
    public const string Secret = "secret";

    /// <summary>All that a container's environment refers to, each once.</summary>
    public static IReadOnlyCollection<ConfigReference> Of(V1Container container)
    {
        HashSet<ConfigReference> found = [];
        foreach (var source in container.EnvFrom ?? [])
        {
            Add(ConfigMap, source.ConfigMapRef?.Name);
            Add(Secret, source.SecretRef?.Name);
        }
        foreach (var variable in container.Env ?? [])
        {
            Add(ConfigMap, variable.ValueFrom?.ConfigMapKeyRef?.Name);
            Add(Secret, variable.ValueFrom?.SecretKeyRef?.Name);
        }
        return found;

        void Add(string kind, string? name)
        {
            if (name is not null)
            {
                found.Add(new(kind, name));
            }
        }
    }
}
