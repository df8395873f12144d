using Orchestrator.Agent.Hosting;
using Orchestrator.Agent.Runtimes.Docker;
using Orchestrator.Agent.Runtimes.Process;
using Orchestrator.Model;

namespace Orchestrator.Agent.Runtimes;

/// <summary>Which runtimes an agent has: containers where an engine answers, with processes beside them; else processes only.</summary>
internal static class RuntimeChoice
{
    public const string Auto = "auto";

    public static async Task<RuntimeSet> MakeAsync(AgentOptions options, IProcessPlatform platform, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var domain = options.ServesDns ? options.ClusterDomain : null;
        var process = new ProcessRuntime(options.DataFolder, options.ImageFolder, domain, platform, time, loggers.CreateLogger<ProcessRuntime>());
        var docker = new DockerOptions(
            options.EngineEndpoint, options.DockerFolder, options.PodPidsLimit)
        {
            ClusterDomain = domain,
        };
        var useDocker = options.Runtime switch
        {
            WellKnown.DockerRuntime => true,
            WellKnown.ProcessRuntime => false,
            // A node that had an engine has one, be it away just now: its pods are there.
            _ => DockerOptions.WasUsed(docker.Folder) || await EngineConnection.AnswersAsync(docker.Endpoint, time, cancellationToken),
        };
        return new(useDocker ? [new DockerRuntime(docker, time, loggers.CreateLogger<DockerRuntime>()), process] : [process]);
    }
}
