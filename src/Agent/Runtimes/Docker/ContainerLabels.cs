using System.Globalization;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>What the agent writes on every container, so that the engine itself remembers whose it is. Nothing without the owner's label is touched.</summary>
internal static class ContainerLabels
{
    /// <summary>The data folder this container belongs to; several agents may share an engine.</summary>
    public const string Owner = "orchestrator.dev/owner";
    public const string PodUid = "orchestrator.dev/pod-uid";
    public const string PodName = "orchestrator.dev/pod-name";
    public const string PodNamespace = "orchestrator.dev/pod-namespace";
    /// <summary>The container's name in its pod; a sandbox has none.</summary>
    public const string Container = "orchestrator.dev/container";
    public const string Attempt = "orchestrator.dev/attempt";
    /// <summary>The image as the pod names it.</summary>
    public const string Image = "orchestrator.dev/image";
    public const string ImageId = "orchestrator.dev/image-id";
    /// <summary>A sandbox's address.</summary>
    public const string Address = "orchestrator.dev/address";
    /// <summary>A sandbox's RuntimeClass handler, where it has one.</summary>
    public const string Handler = "orchestrator.dev/handler";
    /// <summary>On a network: the address range it was made for.</summary>
    public const string PodNetwork = "orchestrator.dev/pod-network";

    public static Dictionary<string, string> Of(string owner, SandboxSpec sandbox, string address)
    {
        var labels = new Dictionary<string, string>
        {
            [Owner] = owner,
            [PodUid] = sandbox.PodUid,
            [PodName] = sandbox.PodName,
            [PodNamespace] = sandbox.Namespace,
            [Address] = address,
        };
        if (sandbox.Handler is { } handler)
        {
            labels[Handler] = handler;
        }
        return labels;
    }

    /// <summary>The engine's own runtime that a handler stands for; null is the engine's default.</summary>
    public static string? EngineRuntime(string? handler) => handler is null or "" or Model.WellKnown.DockerRuntime ? null : handler;

    public static Dictionary<string, string> Of(string owner, ContainerSpec container, string imageId) => new()
    {
        [Owner] = owner,
        [PodUid] = container.PodUid,
        [PodName] = container.PodName,
        [PodNamespace] = container.Namespace,
        [Container] = container.Name,
        [Attempt] = container.Attempt.ToString(CultureInfo.InvariantCulture),
        [Image] = container.Image,
        [ImageId] = imageId,
    };

    /// <summary>A name that is its own lock: a second container for the same attempt is refused by the engine.</summary>
    public static string NameOf(string owner, ContainerSpec container) =>
        $"orc-{container.PodName}-{container.Namespace}-{container.Name}-{container.Attempt}-{Letters(container.PodUid)}-{owner[..8]}";

    public static string NameOf(string owner, SandboxSpec sandbox) =>
        $"orc-{sandbox.PodName}-{sandbox.Namespace}-sandbox-{Letters(sandbox.PodUid)}-{owner[..8]}";

    private static string Letters(string uid) => string.Concat(uid.Where(char.IsAsciiLetterOrDigit));
}
