namespace Orchestrator.Agent.Runtimes;

/// <summary>An expected failure, told to the user as <paramref name="reason"/> (Kubernetes' word) and message.</summary>
internal abstract class RuntimeException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Reason { get; } = reason;
}

/// <summary>The name is no image name; trying again cannot help.</summary>
internal sealed class InvalidImageNameException(string message) : RuntimeException("InvalidImageName", message);

/// <summary>The image is not here and cannot be had now.</summary>
internal sealed class ImagePullException(string message, Exception? inner = null) : RuntimeException("ErrImagePull", message, inner);

/// <summary>imagePullPolicy is Never and the image is not here.</summary>
internal sealed class ImageNeverPullException(string message) : RuntimeException("ErrImageNeverPull", message);

/// <summary>Something the container refers to is missing or wrong: a ConfigMap, a key, a field.</summary>
internal sealed class CreateContainerConfigException(string message) : RuntimeException("CreateContainerConfigError", message);

/// <summary>The runtime would not make the container.</summary>
internal sealed class CreateContainerException(string message, Exception? inner = null) : RuntimeException("CreateContainerError", message, inner);

/// <summary>The container was made and would not start.</summary>
internal sealed class RunContainerException(string message, Exception? inner = null) : RuntimeException("RunContainerError", message, inner);

/// <summary>The engine does not answer: nothing is known about the container.</summary>
internal sealed class RuntimeUnavailableException(string message, Exception? inner = null) : RuntimeException("RuntimeUnavailable", message, inner);
