using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods;

/// <param name="ClassName">The pod's runtimeClassName.</param>
/// <param name="Handler">What that RuntimeClass names; null when the pod has none, or when there is no such RuntimeClass.</param>
/// <param name="Runtime">Null when this node cannot run the pod.</param>
internal sealed record RuntimeChoiceOfPod(string? ClassName, string? Handler, IContainerRuntime? Runtime);
