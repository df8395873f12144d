using System.Globalization;
using k8s.Models;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>The pods of a Job out of its template. Pure.</summary>
internal static class JobPodTemplate
{
    /// <param name="job">The job; its own copy of the template is not changed.</param>
    /// <param name="wanted">Which pod.</param>
    public static V1Pod Make(V1Job job, JobPodPlan wanted)
    {
        // A job decodes anew from the cache each time: a deep copy of the template is one more decoding.
        var template = k8s.KubernetesJson.Deserialize<V1PodTemplateSpec>(k8s.KubernetesJson.Serialize(job.Spec.Template));
        var metadata = template.Metadata ?? new V1ObjectMeta();
        metadata.Finalizers = [.. metadata.Finalizers ?? [], JobNames.Tracking];
        if (wanted.Index is { } number)
        {
            var index = number.ToString(CultureInfo.InvariantCulture);
            metadata.GenerateName = $"{job.Metadata.Name}-{index}-";
            (metadata.Labels ??= new Dictionary<string, string>())[JobNames.CompletionIndex] = index;
            var annotations = metadata.Annotations ??= new Dictionary<string, string>();
            annotations[JobNames.CompletionIndex] = index;
            if (job.Spec.BackoffLimitPerIndex is not null)
            {
                annotations[JobNames.IndexFailures] = wanted.Failures.ToString(CultureInfo.InvariantCulture);
                if (wanted.IgnoredFailures > 0)
                {
                    annotations[JobNames.IndexIgnoredFailures] = wanted.IgnoredFailures.ToString(CultureInfo.InvariantCulture);
                }
            }
            template.Spec.Hostname = $"{job.Metadata.Name}-{index}";
            foreach (var container in (template.Spec.Containers ?? []).Concat(template.Spec.InitContainers ?? []))
            {
                AddVariable(container);
            }
        }
        return new() { Metadata = metadata, Spec = template.Spec };
    }

    private static void AddVariable(V1Container container)
    {
        if ((container.Env ?? []).All(variable => variable.Name != JobNames.CompletionIndexVariable))
        {
            container.Env = [.. container.Env ?? [], new V1EnvVar
            {
                Name = JobNames.CompletionIndexVariable,
                ValueFrom = new() { FieldRef = new() { FieldPath = $"metadata.annotations['{JobNames.CompletionIndex}']" } },
            }];
        }
    }
}
