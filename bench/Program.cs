using BenchmarkDotNet.Running;
using Orchestrator.Bench;

return args switch
{
    ["store", .. var rest] => await StoreBench.RunAsync(rest),
    ["controller", .. var rest] => await ControllerBench.RunAsync(rest),
    ["pods", .. var rest] => await PodsBench.RunAsync(rest),
    ["docker", .. var rest] => await DockerBench.RunAsync(rest),
    ["module", .. var rest] => await ModuleBench.RunAsync(rest),
    ["api", .. var rest] => await ApiBench.RunAsync(rest),
    ["watch", .. var rest] => await WatchBench.RunAsync(rest),
    ["scheduler", .. var rest] => await SchedulerBench.RunAsync(rest),
    ["endpoints", .. var rest] => await EndpointBench.RunAsync(rest),
    ["dns", .. var rest] => await DnsBench.RunAsync(rest),
    ["dns-load", .. var rest] => DnsBench.Load(rest),
    ["proxy"] => await ProxyBench.RunAsync(),
    ["stream-server"] => ProxyBench.Serve(),
    ["stream-client", .. var rest] => ProxyBench.Ask(rest),
    ["rules", .. var rest] => await RulesBench.RunAsync(rest),
    ["hollow", .. var rest] => await HollowBench.RunAsync(rest),
    ["rollout", .. var rest] => await RolloutBench.RunAsync(rest),
    ["micro", .. var rest] => BenchmarkSwitcher.FromAssembly(typeof(ModelBenchmarks).Assembly).Run(rest).All(summary => !summary.HasCriticalValidationErrors) ? 0 : 1,
    _ => Usage.Print(),
};
