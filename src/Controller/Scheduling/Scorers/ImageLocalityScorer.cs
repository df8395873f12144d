namespace Orchestrator.Controller.Scheduling.Scorers;

/// <summary>A node that has the pod's images need not pull them: from 23 MB a container on it counts, 1,000 MB count fully.</summary>
internal sealed class ImageLocalityScorer : IScorer
{
    private const double LeastBytes = 23 << 20;
    private const double MostBytes = 1000 << 20;

    public string Name => "ImageLocality";

    public double Score(PodClass pod, NodeInfo node)
    {
        if (node.Images.Count == 0 || pod.Spec.Containers is not { Count: > 0 } containers)
        {
            return 0;
        }
        var bytes = 0L;
        foreach (var container in containers)
        {
            bytes += container.Image is { } image ? node.Images.GetValueOrDefault(image) : 0;
        }
        var least = LeastBytes * containers.Count;
        return Math.Clamp((bytes - least) / ((MostBytes * containers.Count) - least), 0, 1) * 100;
    }
}
