namespace Orchestrator.Model;

/// <summary>Names that controller, agent and cmdlets must spell alike.</summary>
public static class WellKnown
{
    /// <summary>Where containers find the token of their service account, the cluster's CA and their namespace.</summary>
    public const string AccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    public const string SystemNamespace = "kube-system";
    public const string LeaseNamespace = "kube-node-lease";
    public const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    public const string DeploymentRevision = "deployment.kubernetes.io/revision";
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";
    public const string ChangeCause = "kubernetes.io/change-cause";
    public const string PodTemplateHash = "pod-template-hash";
    public const string HostnameLabel = "kubernetes.io/hostname";
    public const string NamespaceNameLabel = "kubernetes.io/metadata.name";
    /// <summary>Annotation of a Deployment: <c>"true"</c> takes it back to its last good template when its progress deadline passes.</summary>
    public const string AutomaticRollback = "orchestrator.dev/automatic-rollback";
    /// <summary>Annotation of such a Deployment, set by the controller: the ReplicaSet whose template was last rolled out whole.</summary>
    public const string LastGoodReplicaSet = "orchestrator.dev/last-good-replicaset";
    /// <summary>Node label: the runtime of pods that name none, <c>process</c> or <c>docker</c>.</summary>
    public const string RuntimeLabel = "orchestrator.dev/runtime";
    /// <summary>Label of nodes that <c>orchestrator-agent --hollow</c> made: <c>"true"</c>.</summary>
    public const string HollowLabel = "orchestrator.dev/hollow";
    public const string ProcessRuntime = "process";
    public const string DockerRuntime = "docker";
    /// <summary>Reason of a pod's Ready condition that the controller set, because its node is not heard of.</summary>
    public const string NodeNotReadyReason = "NodeNotReady";
    public const string NotReadyTaint = "node.kubernetes.io/not-ready";
    public const string UnreachableTaint = "node.kubernetes.io/unreachable";
    public const string UnschedulableTaint = "node.kubernetes.io/unschedulable";
    public const string MemoryPressureTaint = "node.kubernetes.io/memory-pressure";
    public const string DiskPressureTaint = "node.kubernetes.io/disk-pressure";
    public const string PidPressureTaint = "node.kubernetes.io/pid-pressure";
    public const string NetworkUnavailableTaint = "node.kubernetes.io/network-unavailable";
    /// <summary>Pod label: hash (or, of a StatefulSet, the revision's name) of the template that the pod is of.</summary>
    public const string RevisionHash = "controller-revision-hash";
    /// <summary>DaemonSet annotation, set with every write of the object: hash of its template, so that agents of every version name it alike.</summary>
    public const string TemplateHash = "orchestrator.dev/template-hash";
    /// <summary>Annotation of a DaemonSet's old pod, set by the controller: hash of the template whose pod the agent may make beside it.</summary>
    public const string SurgeGrant = "orchestrator.dev/surge-to";
    public const string BootstrapTokenSecretType = "bootstrap.kubernetes.io/token";
    public const string BootstrapGroup = "system:bootstrappers";
    public const string BootstrapJoinGroup = "system:bootstrappers:orchestrator:default-node-token";
    public const string NodeGroup = "system:nodes";
    public const string NodeUserPrefix = "system:node:";
    public const string AdminGroup = "system:masters";
    public const string ClientSigner = "kubernetes.io/kube-apiserver-client";
    public const string KubeletClientSigner = "kubernetes.io/kube-apiserver-client-kubelet";
    public const string ForegroundFinalizer = "foregroundDeletion";
    public const string OrphanFinalizer = "orphan";
    public const string TunnelProtocol = "tunnel.orchestrator.dev";
}
