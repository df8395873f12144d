using System.Collections.Frozen;
using Orchestrator.Controller.Kinds.CertificateSigningRequests;
using Orchestrator.Controller.Kinds.ConfigMaps;
using Orchestrator.Controller.Kinds.ControllerRevisions;
using Orchestrator.Controller.Kinds.CronJobs;
using Orchestrator.Controller.Kinds.CustomResourceDefinitions;
using Orchestrator.Controller.Kinds.DaemonSets;
using Orchestrator.Controller.Kinds.Deployments;
using Orchestrator.Controller.Kinds.Endpoints;
using Orchestrator.Controller.Kinds.EndpointSlices;
using Orchestrator.Controller.Kinds.Events;
using Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;
using Orchestrator.Controller.Kinds.Jobs;
using Orchestrator.Controller.Kinds.Leases;
using Orchestrator.Controller.Kinds.Namespaces;
using Orchestrator.Controller.Kinds.Nodes;
using Orchestrator.Controller.Kinds.PersistentVolumeClaims;
using Orchestrator.Controller.Kinds.PersistentVolumes;
using Orchestrator.Controller.Kinds.PodDisruptionBudgets;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Kinds.PriorityClasses;
using Orchestrator.Controller.Kinds.Ingresses;
using Orchestrator.Controller.Kinds.LimitRanges;
using Orchestrator.Controller.Kinds.PodTemplates;
using Orchestrator.Controller.Kinds.ReplicaSets;
using Orchestrator.Controller.Kinds.ResourceQuotas;
using Orchestrator.Controller.Kinds.ReplicationControllers;
using Orchestrator.Controller.Kinds.RuntimeClasses;
using Orchestrator.Controller.Kinds.Secrets;
using Orchestrator.Controller.Kinds.Roles;
using Orchestrator.Controller.Kinds.ServiceAccounts;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Kinds.StatefulSets;
using Orchestrator.Controller.Kinds.StorageClasses;
using Orchestrator.Model;

namespace Orchestrator.Controller.Admission;

/// <summary>The rules of every served kind; one line registers a kind.</summary>
internal sealed class KindRegistry
{
    private readonly FrozenDictionary<string, KindRules> _rules = new KindRules[]
    {
        new NamespaceRules(),
        new NodeRules(),
        new PodRules(),
        new ConfigMapRules(),
        new SecretRules(),
        new ServiceRules(),
        new EndpointsRules(),
        new EndpointSliceRules(),
        new EventRules(),
        new LeaseRules(),
        new RuntimeClassRules(),
        new ReplicaSetRules(),
        new DeploymentRules(),
        new StatefulSetRules(),
        new DaemonSetRules(),
        new ControllerRevisionRules(),
        new JobRules(),
        new CronJobRules(),
        new ReplicationControllerRules(),
        new AutoscalerRules(),
        new PriorityClassRules(),
        new DisruptionBudgetRules(),
        new CertificateSigningRequestRules(),
        new ServiceAccountRules(),
        new RoleRules(),
        new ClusterRoleRules(),
        new RoleBindingRules(),
        new ClusterRoleBindingRules(),
        new PersistentVolumeRules(),
        new ClaimRules(),
        new StorageClassRules(),
        new CustomResourceDefinitionRules(),
        new ResourceQuotaRules(),
        new LimitRangeRules(),
        new PodTemplateKindRules(),
        new IngressRules(),
        new IngressClassRules(),
    }.ToFrozenDictionary(rules => rules.Kind.GroupResource);

    public KindRules this[ResourceKind kind] => kind is CustomResourceKind custom ? new CustomRules(custom) : _rules[kind.GroupResource];
}
