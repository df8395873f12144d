namespace Orchestrator.Model.Volumes;

/// <summary>Names of storage that controller, agent and cmdlets must spell alike.</summary>
public static class VolumeNames
{
    /// <summary>Provisioner of folders and file systems on a node's own disk; the driver of such volumes.</summary>
    public const string Local = "local.orchestrator.dev";

    /// <summary>Provisioner that asks a program on the node; the driver of such volumes.</summary>
    public const string Exec = "exec.orchestrator.dev";

    /// <summary>The StorageClass that every cluster has from its first start.</summary>
    public const string LocalClass = "local";

    public const string DefaultClass = "storageclass.kubernetes.io/is-default-class";
    public const string OldDefaultClass = "storageclass.beta.kubernetes.io/is-default-class";
    public const string OldClass = "volume.beta.kubernetes.io/storage-class";

    /// <summary>Annotation of a claim, set by the scheduler: the node that its volume is to be made for.</summary>
    public const string SelectedNode = "volume.kubernetes.io/selected-node";

    /// <summary>Annotation of a claim: who is to make its volume.</summary>
    public const string StorageProvisioner = "volume.kubernetes.io/storage-provisioner";

    /// <summary>Annotation of a volume: who made it.</summary>
    public const string ProvisionedBy = "pv.kubernetes.io/provisioned-by";

    /// <summary>Annotation of a claim: both sides of its binding are written.</summary>
    public const string BindCompleted = "pv.kubernetes.io/bind-completed";

    /// <summary>Annotation of a claim or volume: the binding was chosen by the controller and may be undone by it.</summary>
    public const string BoundByController = "pv.kubernetes.io/bound-by-controller";

    public const string VolumeProtection = "kubernetes.io/pv-protection";
    public const string ClaimProtection = "kubernetes.io/pvc-protection";

    /// <summary>Finalizer of a volume whose data an agent keeps: the agent lets go of it when the data is dealt with.</summary>
    public const string DataFinalizer = "orchestrator.dev/volume-data";

    /// <summary>Annotation of a volume, set by its node's agent: how large it was made, a quantity. A volume without it is not made yet.</summary>
    public const string MadeSize = "orchestrator.dev/made-size";

    /// <summary>Annotation of a volume, set by its node's agent: why it cannot be made, grown or removed now. Begins with a reason and a colon.</summary>
    public const string Problem = "orchestrator.dev/volume-problem";

    /// <summary>Annotation of a volume, set by its node's agent while it is full: a reason, a colon and a sentence.</summary>
    public const string Full = "orchestrator.dev/volume-full";

    /// <summary>Annotation of a volume, set by its node's agent: what the program that made it wants to be told of it later, JSON of texts.</summary>
    public const string Context = "orchestrator.dev/volume-context";

    /// <summary>The reason in <see cref="Problem"/> that says that another node may have the room this one lacks.</summary>
    public const string Exhausted = "ResourceExhausted";

    /// <summary>Attribute of a volume: the node whose agent makes and removes it.</summary>
    public const string NodeAttribute = "node";

    /// <summary>Selectable field of volumes that says the same.</summary>
    public const string NodeField = "spec.csi.volumeAttributes.node";

    /// <summary>Class parameter: <c>true</c> gives each volume a file system of its own, so that its size is a hard one.</summary>
    public const string HardSizeParameter = "hardSize";

    /// <summary>Class parameter: <c>true</c> has each volume be one of the node's container engine.</summary>
    public const string DockerVolumeParameter = "dockerVolume";

    /// <summary>Class parameter: <c>ext4</c> or <c>xfs</c>.</summary>
    public const string FileSystemParameter = "fsType";

    /// <summary>Class parameter of <see cref="Exec"/>: the program's name in the agents' folder of provisioners.</summary>
    public const string ProgramParameter = "program";

    /// <summary>Class parameter of <see cref="Exec"/>: <c>node</c>, the default, or <c>cluster</c> for volumes that every node reaches.</summary>
    public const string ScopeParameter = "scope";

    /// <summary>Node resource: bytes of the disk that local volumes are made on.</summary>
    public const string NodeResource = "orchestrator.dev/local-storage";

    public const string Storage = "storage";

    /// <summary>A volume that an agent of this cluster makes and removes.</summary>
    public static bool IsOurs(string? provisioner) => provisioner is Local or Exec;
}
