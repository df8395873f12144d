using System.Text.RegularExpressions;
using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods.Configuration;

/// <summary>A container's variables, from everything they may come from, in Kubernetes' order: services, envFrom, then env, each over the one before.</summary>
internal sealed partial class EnvironmentBuilder(
    V1Pod pod,
    V1Container container,
    IReadOnlyDictionary<ConfigReference, IReadOnlyDictionary<string, string>> config,
    PodAddresses addresses,
    IReadOnlyDictionary<string, Quantity> allocatable,
    IReadOnlyDictionary<string, string> services)
{
    /// <exception cref="CreateContainerConfigException">Something referred to is missing and not optional.</exception>
    public Dictionary<string, string> Build()
    {
        var environment = new Dictionary<string, string>(services, StringComparer.Ordinal);
        foreach (var source in container.EnvFrom ?? [])
        {
            AddAll(environment, source);
        }
        // What $(NAME) may refer to: services, and variables of env that came before, not those of envFrom.
        var defined = new Dictionary<string, string>(services, StringComparer.Ordinal);
        foreach (var variable in container.Env ?? [])
        {
            var value = variable.ValueFrom is { } from ? Read(from) : VariableExpansion.Expand(variable.Value ?? "", defined);
            if (value is not null)
            {
                defined[variable.Name] = value;
                environment[variable.Name] = value;
            }
        }
        return environment;
    }

    private void AddAll(Dictionary<string, string> environment, V1EnvFromSource source)
    {
        var (reference, optional) = source.ConfigMapRef is { } map
            ? (new ConfigReference(ConfigReference.ConfigMap, map.Name), map.Optional)
            : (new ConfigReference(ConfigReference.Secret, source.SecretRef?.Name ?? ""), source.SecretRef?.Optional);
        foreach (var (key, value) in Data(reference, optional == true) ?? new Dictionary<string, string>())
        {
            // A key that can be no variable's name is left out, as Kubernetes does.
            if (VariableName().IsMatch(source.Prefix + key))
            {
                environment[source.Prefix + key] = value;
            }
        }
    }

    /// <returns>Null when it is optional and not there.</returns>
    private string? Read(V1EnvVarSource from) =>
        from.FieldRef is { } field ? FieldPath.Read(pod, field.FieldPath, addresses)
        : from.ResourceFieldRef is { } resource ? ResourceFieldPath.Read(pod, container, resource, allocatable)
        : from.ConfigMapKeyRef is { } map ? Key(new(ConfigReference.ConfigMap, map.Name), map.Key, map.Optional == true)
        : from.SecretKeyRef is { } secret ? Key(new(ConfigReference.Secret, secret.Name), secret.Key, secret.Optional == true)
        : throw new CreateContainerConfigException("env.valueFrom names no source this agent knows");

    private string? Key(ConfigReference reference, string key, bool optional) =>
        Data(reference, optional) is not { } data ? null
        : data.TryGetValue(key, out var value) ? value
        : optional ? null
        : throw new CreateContainerConfigException(
            $"couldn't find key {key} in {Title(reference)} {pod.Metadata.NamespaceProperty}/{reference.Name}");

    private IReadOnlyDictionary<string, string>? Data(ConfigReference reference, bool optional) =>
        config.TryGetValue(reference, out var data) ? data
        : optional ? null
        : throw new CreateContainerConfigException($"{reference.Kind} \"{reference.Name}\" not found");

    private static string Title(ConfigReference reference) => reference.Kind == ConfigReference.ConfigMap ? "ConfigMap" : "Secret";

    [GeneratedRegex(@"\A[-._a-zA-Z][-._a-zA-Z0-9]*\z")]
    private static partial Regex VariableName();
}
