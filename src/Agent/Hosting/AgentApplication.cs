using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Process;
using Orchestrator.Agent.Tunnel;
using Orchestrator.Model.Metrics;
using Orchestrator.Model.Network;

namespace Orchestrator.Agent.Hosting;

/// <summary>Puts the agent together: a host without sockets, whose web server speaks through the tunnel only.</summary>
internal static class AgentApplication
{
    /// <summary>Pods that are stopped on exit get their grace; this is the end of all patience.</summary>
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromMinutes(10);

    private const int StreamLimit = 1000;
    private const int StreamWindowBytes = 128 * 1024;

    public static async Task<int> RunAsync(AgentOptions options, DataFolder folder)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "orchestrator-agent", ContentRootPath = options.DataFolder });
        ConfigureLogging(builder.Logging);
        builder.Host.UseSystemd().UseWindowsService();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(ConfigureKestrel);
        var services = builder.Services;
        services.AddRoutingCore();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownLimit);
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => ProcessPlatform.Create(options.DataFolder, TimeProvider.System));
        services.AddSingleton(new BackOffPolicy(options.RestartBackOff, options.RestartBackOffCap, options.RestartBackOffReset));
        services.AddSingleton<TunnelListener>();
        services.AddSingleton<IConnectionListenerFactory>(provider => provider.GetRequiredService<TunnelListener>());
        services.AddSingleton<AgentService>();
        services.AddHostedService(provider => provider.GetRequiredService<AgentService>());
        await using var application = builder.Build();
        MapEndpoints(application);
        folder.WritePid();
        var agent = application.Services.GetRequiredService<AgentService>();
        await application.RunAsync();
        if (agent.Failure is { } failure)
        {
            throw failure;
        }
        return 0;
    }

    internal static void ConfigureLogging(ILoggingBuilder logging)
    {
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // A tunnel that breaks is told by its client, in a line; the server's view of it is a stack trace.
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical);
        // Standard output is for what a program that started the agent waits for.
        logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fff "));
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void ConfigureKestrel(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // Someone who follows a quiet log reads nothing for hours.
        kestrel.Limits.MinResponseDataRate = null;
        // Someone at a prompt types nothing for as long, and sends as much as a copy has.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MaxRequestBodySize = null;
        // The tunnel is one connection and mostly idle; an infinite time is taken for none at all.
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromDays(1);
        kestrel.Limits.Http2.MaxStreamsPerConnection = StreamLimit;
        // Streams whose command does not read their input hold their window of the connection's: all of them may, and others still go on.
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        kestrel.Limits.Http2.InitialConnectionWindowSize = StreamLimit * StreamWindowBytes;
        kestrel.Listen(TunnelEndPoint.Instance, listen => listen.Protocols = HttpProtocols.Http2);
    }

    private static void MapEndpoints(WebApplication application)
    {
        application.UseRouting();
        application.Map("/healthz", (HttpContext context) => context.Response.WriteAsync("ok", context.RequestAborted));
        var agent = application.Services.GetRequiredService<AgentService>();
        application.MapGet("/containerLogs/{namespace}/{pod}/{container}", Serve((endpoints, context) =>
            endpoints.Logs.HandleAsync(context, Value(context, "namespace"), Value(context, "pod"), Value(context, "container"))));
        application.MapPost("/exec/{namespace}/{pod}/{container}", Serve((endpoints, context) =>
            endpoints.Streams.HandleAsync(context, Value(context, "namespace"), Value(context, "pod"), Value(context, "container"), exec: true)));
        application.MapPost("/attach/{namespace}/{pod}/{container}", Serve((endpoints, context) =>
            endpoints.Streams.HandleAsync(context, Value(context, "namespace"), Value(context, "pod"), Value(context, "container"), exec: false)));
        application.MapPost("/portForward/{namespace}/{pod}", Serve((endpoints, context) =>
            endpoints.PortForward.HandleAsync(context, Value(context, "namespace"), Value(context, "pod"))));
        application.MapPost("/" + NetworkProbe.Path, Serve((endpoints, context) => endpoints.Network.HandleAsync(context)));
        application.MapPost($"/{NetworkProbe.Path}/{{namespace}}/{{pod}}", Serve((endpoints, context) =>
            endpoints.Network.HandleAsync(context, Value(context, "namespace"), Value(context, "pod"))));
        application.MapGet("/" + VolumeUsageReport.Path, Serve((endpoints, context) => endpoints.Volumes.HandleAsync(context)));
        application.MapGet("/metrics", Serve((endpoints, context) => endpoints.Metrics.HandleAsync(context)));
        application.MapGet("/" + UsageReport.Path, Serve((endpoints, context) => endpoints.Usage.HandleAsync(context)));

        RequestDelegate Serve(Func<AgentEndpoints, HttpContext, Task> handler) =>
            context => agent.Endpoints is { } endpoints ? handler(endpoints, context) : NotYetAsync(context);
    }

    private static string Value(HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    private static Task NotYetAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync("the agent is starting", context.RequestAborted);
    }
}
