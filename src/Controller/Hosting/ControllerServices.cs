namespace Orchestrator.Controller.Hosting;

/// <summary>The loops that run beside the server.</summary>
internal static class ControllerServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddHostedService<Bootstrap>();
    }
}
