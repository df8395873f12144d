using Orchestrator.Controller.Collecting;
using Orchestrator.Controller.Kinds;
using Orchestrator.Controller.Kinds.CertificateSigningRequests;
using Orchestrator.Controller.Kinds.ControllerRevisions;
using Orchestrator.Controller.Kinds.CronJobs;
using Orchestrator.Controller.Kinds.CustomResourceDefinitions;
using Orchestrator.Controller.Kinds.DaemonSets;
using Orchestrator.Controller.Kinds.Deployments;
using Orchestrator.Controller.Kinds.Endpoints;
using Orchestrator.Controller.Kinds.EndpointSlices;
using Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;
using Orchestrator.Controller.Kinds.Jobs;
using Orchestrator.Controller.Kinds.Namespaces;
using Orchestrator.Controller.Kinds.PersistentVolumeClaims;
using Orchestrator.Controller.Kinds.PersistentVolumes;
using Orchestrator.Controller.Kinds.PodDisruptionBudgets;
using Orchestrator.Controller.Kinds.ReplicaSets;
using Orchestrator.Controller.Kinds.ReplicationControllers;
using Orchestrator.Controller.Kinds.ResourceQuotas;
using Orchestrator.Controller.Kinds.Roles;
using Orchestrator.Controller.Kinds.ServiceAccounts;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Kinds.StatefulSets;
using Orchestrator.Controller.Nodes;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Scheduling;
using Orchestrator.Controller.Storage;

namespace Orchestrator.Controller.Hosting;

/// <summary>The loops that run beside the server.</summary>
internal static class ControllerServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddHostedService<Bootstrap>();
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<DecodedPods>();
        services.AddSingleton<PodControl>();
        services.AddSingleton<DeploymentSets>();
        services.AddSingleton<AutomaticRollback>();
        services.AddSingleton<Revisions>();
        AddReconciler<DeploymentReconciler>(services);
        AddReconciler<ReplicaSetReconciler>(services);
        services.AddSingleton<ClaimKeeper>();
        AddReconciler<StatefulSetReconciler>(services);
        AddReconciler<DaemonSetReconciler>(services);
        AddReconciler<JobReconciler>(services);
        AddReconciler<CronJobReconciler>(services);
        AddReconciler<ReplicationControllerReconciler>(services);
        services.AddSingleton<IMetricAdapter>(provider => MetricAdapter.Make(
            provider.GetRequiredService<ControllerOptions>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<OutsideMetrics>();
        AddReconciler<AutoscalerReconciler>(services);
        AddReconciler<DisruptionBudgetReconciler>(services);
        services.AddSingleton<EndpointPods>();
        services.AddSingleton<SliceWriter>();
        AddReconciler<EndpointSliceReconciler>(services);
        AddReconciler<EndpointsReconciler>(services);
        AddReconciler<EndpointsMirror>(services);
        services.AddSingleton<ApiAddress>();
        AddReconciler<StandingServicesReconciler>(services);
        services.AddSingleton<VolumeReader>();
        AddReconciler<ClaimBinder>(services);
        AddReconciler<VolumeReconciler>(services);
        AddReconciler<ClaimProtection>(services);
        AddReconciler<EphemeralClaims>(services);
        AddReconciler<NamespaceReconciler>(services);
        AddReconciler<DefinitionReconciler>(services);
        AddReconciler<ResourceQuotaReconciler>(services);
        AddReconciler<RoleAggregator>(services);
        AddReconciler<DefaultAccounts>(services);
        AddReconciler<RootCertificates>(services);
        AddReconciler<SigningReconciler>(services);
        AddReconciler<GarbageCollector>(services);
        AddReconciler<NodeHealth>(services);
        AddReconciler<TaintEviction>(services);
        AddReconciler<PodNetworkAllocator>(services);
        services.AddSingleton<Scheduler>();
        services.AddHostedService(provider => provider.GetRequiredService<Scheduler>());
        services.AddHostedService<EventExpiry>();
        services.AddHostedService<Compactor>();
    }

    private static void AddReconciler<T>(IServiceCollection services) where T : Reconciler
    {
        services.AddSingleton<T>();
        services.AddHostedService<ReconcilerHost<T>>();
    }
}
