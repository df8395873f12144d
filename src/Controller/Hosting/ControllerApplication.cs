using System.Collections.Immutable;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Backups;
using Orchestrator.Controller.Kinds;
using Orchestrator.Controller.Kinds.ResourceQuotas;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Controller.Security.Tokens;
using Orchestrator.Controller.Serving;
using Orchestrator.Controller.Serving.Discovery;
using Orchestrator.Controller.Serving.Auditing;
using Orchestrator.Controller.Serving.Limiting;
using Orchestrator.Controller.Serving.Metrics;
using Orchestrator.Controller.Serving.Telemetry;
using Orchestrator.Controller.Serving.Placements;
using Orchestrator.Controller.Serving.Reviews;
using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Controller.Storage.Sqlite;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Hosting;

/// <summary>The wiring.</summary>
internal static class ControllerApplication
{
    /// <summary>Selectable fields that have an index: those that agents, reconcilers and <c>describe</c> ask by.</summary>
    private static readonly HashSet<string> Indexed = ["pods/spec.nodeName", "events/involvedObject.uid", "events/involvedObject.name", $"persistentvolumes/{VolumeNames.NodeField}"];

    public static WebApplication Build(ControllerOptions options, CertificateAuthority authority)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "orchestrator-controller", ContentRootPath = options.DataFolder });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => Kestrel.Configure(server, options, authority));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Host.UseSystemd().UseWindowsService();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // What a pod does to a forwarded request is told to whoever asked.
        builder.Logging.AddFilter("Yarp", LogLevel.Error);
        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        services.AddSingleton(options);
        services.AddSingleton(authority);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IObjectStore>(SqliteObjectStore.Open(
            Path.Combine(options.DataFolder, "state.db"), Path.Combine(options.DataFolder, "keys", "secrets.key"), SelectableFields));
        services.AddSingleton(provider => new ObjectCache(provider.GetRequiredService<IObjectStore>(), Fields));
        services.AddSingleton<ServedKinds>();
        services.AddSingleton<DiscoveryPaths>();
        services.AddSingleton<KindRegistry>();
        services.AddSingleton<AdmissionChain>();
        services.AddSingleton(provider => new ServiceAddresses(provider.GetRequiredService<ObjectCache>(), options.ServiceNetwork, options.NodePorts));
        services.AddSingleton<QuotaGate>();
        services.AddSingleton<ObjectApi>();
        services.AddSingleton<Deletion>();
        services.AddSingleton(TokenKey.Open(Path.Combine(options.DataFolder, "pki")));
        services.AddSingleton<AccountTokens>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<RoleBindings>();
        services.AddSingleton<RoleEscalation>();
        services.AddSingleton<Impersonation>();
        services.AddSingleton<Authorizer>();
        services.AddSingleton<TunnelRegistry>();
        services.AddSingleton<TableWriter>();
        services.AddSingleton<UsageCollector>();
        services.AddSingleton<MetricsPaths>();
        services.AddSingleton<PlacementPaths>();
        services.AddSingleton<ReviewPaths>();
        services.AddSingleton<ComponentStatusPaths>();
        services.AddSingleton<IssuerPaths>();
        services.AddSingleton<BackupPaths>();
        services.AddSingleton<ExtraPaths>();
        services.AddSingleton<PublicPaths>();
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<ClientQueues>();
        services.AddSingleton<WatchCrowd>();
        services.AddSingleton<AuditLog>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<Readiness>();
        services.AddSingleton<ApiEndpoint>();
        services.AddHttpForwarder();
        ControllerServices.Add(services);
        var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
        var endpoint = app.Services.GetRequiredService<ApiEndpoint>();
        app.Run(endpoint.HandleAsync);
        return app;
    }

    public static string[] SelectableFields(string resource) =>
        Catalog.ForResource(resource) is { } kind ? [.. kind.SelectableFields] : [];

    public static IndexedFields Fields(string resource)
    {
        ImmutableArray<string> names = [.. SelectableFields(resource)];
        return new(names, [.. names.Select((name, index) => (name, index)).Where(pair => Indexed.Contains($"{resource}/{pair.name}")).Select(pair => pair.index)]);
    }
}
