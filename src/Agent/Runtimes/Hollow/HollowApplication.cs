using Orchestrator.Agent.Hosting;
using Orchestrator.Agent.Pods.Planning;

namespace Orchestrator.Agent.Runtimes.Hollow;

/// <summary>Puts the hollow agent together: no web server, no tunnel, no runtime.</summary>
internal static class HollowApplication
{
    public static async Task<int> RunAsync(AgentOptions options, DataFolder folder)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "orchestrator-agent", ContentRootPath = options.DataFolder });
        AgentApplication.ConfigureLogging(builder.Logging);
        var services = builder.Services;
        services.AddSystemd().AddWindowsService();
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new BackOffPolicy(options.RestartBackOff, options.RestartBackOffCap, options.RestartBackOffReset));
        services.AddSingleton<HollowService>();
        services.AddHostedService(provider => provider.GetRequiredService<HollowService>());
        using var host = builder.Build();
        folder.WritePid();
        var service = host.Services.GetRequiredService<HollowService>();
        await host.RunAsync();
        if (service.Failure is { } failure)
        {
            throw failure;
        }
        return 0;
    }
}
