using k8s.Models;
using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Probes;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods.Lifecycle;

/// <summary>One try to bring a container up: image, configuration, create, start, postStart.</summary>
internal sealed class ContainerStarter(PodServices services)
{
    private static readonly TimeSpan HookLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ServicesLimit = TimeSpan.FromSeconds(5);

    private readonly ImageEnsurer _images = new(services.Runtime, new PullSecrets(services.Api), services.Events);
    private readonly HookRunner _hooks = new(services.Prober, services.Time);

    /// <returns>What the postStart hook failed with, or null: the container runs either way.</returns>
    /// <exception cref="RuntimeException" />
    public async Task<string?> StartAsync(V1Pod pod, V1Container container, int attempt, string address, CancellationToken cancellationToken)
    {
        try
        {
            await _images.EnsureAsync(pod, container, cancellationToken);
            var environment = await BuildEnvironmentAsync(pod, container, address, cancellationToken);
            var id = await services.Runtime.CreateContainerAsync(
                ContainerSpecBuilder.Build(pod, container, attempt, environment, services.Volumes.Mount(pod, container, environment)), cancellationToken);
            services.Events.Publish(pod, container, EventTypes.Normal, "Created", $"Created container: {container.Name}");
            cancellationToken.ThrowIfCancellationRequested();
            await services.Runtime.StartContainerAsync(id, cancellationToken);
            services.Events.Publish(pod, container, EventTypes.Normal, "Started", $"Started container {container.Name}");
            return container.Lifecycle?.PostStart is { } hook ? await RunHookAsync(pod, container, hook, new(container, id, address, services.Runtime), cancellationToken) : null;
        }
        catch (RuntimeException e)
        {
            services.Events.Publish(pod, container, EventTypes.Warning, "Failed", e is ImagePullException ? $"Error: {e.Reason}" : $"Error: {e.Message}");
            throw;
        }
    }

    private async Task<Dictionary<string, string>> BuildEnvironmentAsync(
        V1Pod pod, V1Container container, string address, CancellationToken cancellationToken)
    {
        try
        {
            var config = await services.Config.ReadAsync(
                pod.Metadata.Uid, pod.Metadata.NamespaceProperty, ConfigReference.Of(container), cancellationToken);
            return new EnvironmentBuilder(
                pod, container, config, new(address, services.Node.Address), services.Node.Allocatable, await ServicesAsync(pod, cancellationToken)).Build();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new CreateContainerConfigException($"failed to read what the container's environment refers to: {e.Message}");
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> ServicesAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (services.Directory is not { } directory)
        {
            return new Dictionary<string, string>();
        }
        // An agent that has just started has not read them yet; without an API it goes on with what it has.
        await directory.Known.WaitAsync(ServicesLimit, services.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return ServiceVariables.Of(directory.States, pod.Metadata.NamespaceProperty, pod.Spec.EnableServiceLinks != false);
    }

    private async Task<string?> RunHookAsync(
        V1Pod pod, V1Container container, V1LifecycleHandler hook, ProbeTarget target, CancellationToken cancellationToken)
    {
        var failure = await _hooks.RunAsync(hook, target, HookLimit, cancellationToken);
        if (failure is not null)
        {
            services.Events.Publish(pod, container, EventTypes.Warning, "FailedPostStartHook", $"PostStartHook failed: {failure}");
        }
        return failure is null ? null : "FailedPostStartHook";
    }
}
