namespace Orchestrator.Controller.Kinds.Deployments;

/// <summary>What the planner needs to know of one ReplicaSet.</summary>
/// <param name="Name">Its name; ties are broken by it.</param>
/// <param name="Created">Older sets are scaled down first.</param>
/// <param name="Desired">Its <c>spec.replicas</c>.</param>
/// <param name="Available">Its pods that are available.</param>
/// <param name="MaxReplicas">The deployment's replicas and surge when the set was last scaled (an annotation); 0 when unknown.</param>
internal sealed record SetState(string Name, DateTime Created, int Desired, int Available, int MaxReplicas = 0);
