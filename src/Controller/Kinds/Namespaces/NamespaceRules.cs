using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Namespaces;

internal sealed class NamespaceRules : KindRules<V1Namespace>
{
    public const string Finalizer = "kubernetes";

    public override bool DeletesGracefully => true;
    public override string? CheckName(string name) => NameRules.DnsLabel(name);

    protected override void PrepareCreate(V1Namespace item)
    {
        item.Spec ??= new V1NamespaceSpec();
        item.Spec.Finalizers = [Finalizer];
        item.Status = new V1NamespaceStatus { Phase = "Active" };
    }

    protected override void PrepareUpdate(V1Namespace item, V1Namespace old) => item.Spec = old.Spec;

    protected override void Default(V1Namespace item)
    {
        item.Metadata.Labels ??= new Dictionary<string, string>();
        item.Metadata.Labels[WellKnown.NamespaceNameLabel] = item.Metadata.Name;
    }
}
