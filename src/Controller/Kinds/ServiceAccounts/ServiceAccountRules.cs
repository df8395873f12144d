using k8s.Models;
using Orchestrator.Controller.Admission;

namespace Orchestrator.Controller.Kinds.ServiceAccounts;

internal sealed class ServiceAccountRules : KindRules<V1ServiceAccount>;
