using System.Text;
using k8s.Models;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods.Lifecycle;

/// <summary>The last words of ended containers: from their file or, when they ask for it and failed, from the end of their log.</summary>
internal sealed class TerminationMessages(IContainerRuntime runtime)
{
    private const int LogLines = 80;
    private const int LogLimitBytes = 2048;

    private readonly Dictionary<string, string> _known = [];
    private readonly HashSet<string> _read = [];

    public IReadOnlyDictionary<string, string> Known => _known;

    public async Task ReadNewAsync(V1Pod pod, IReadOnlyList<ContainerObservation> containers, CancellationToken cancellationToken)
    {
        foreach (var ended in containers.Where(container => container.State == ContainerState.Exited && _read.Add(container.Id)))
        {
            var spec = pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).FirstOrDefault(container => container.Name == ended.Name);
            var message = await runtime.ReadTerminationMessageAsync(ended.Id, cancellationToken);
            if (message is null && ended.ExitCode != 0 && spec?.TerminationMessagePolicy == "FallbackToLogsOnError")
            {
                message = await ReadLogEndAsync(ended.Id, cancellationToken);
            }
            if (message is not null)
            {
                _known[ended.Id] = message;
            }
        }
        // What the runtime no longer lists nobody asks for.
        var present = containers.Select(container => container.Id).ToHashSet();
        _read.IntersectWith(present);
        foreach (var id in _known.Keys.Where(id => !present.Contains(id)).ToList())
        {
            _known.Remove(id);
        }
    }

    private async Task<string?> ReadLogEndAsync(string id, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        await foreach (var chunk in runtime.ReadLogAsync(id, new(Follow: false, LogLines, Since: null), cancellationToken))
        {
            text.Append(Encoding.UTF8.GetString(chunk.Text.Span)).Append(chunk.EndsLine ? "\n" : "");
            if (text.Length > 2 * LogLimitBytes)
            {
                text.Remove(0, text.Length - LogLimitBytes);
            }
        }
        return text.Length == 0 ? null : text.ToString(Math.Max(0, text.Length - LogLimitBytes), Math.Min(text.Length, LogLimitBytes));
    }
}
