namespace Orchestrator.Agent.Runtimes;

/// <summary>A name and password for one registry, out of a pod's imagePullSecrets.</summary>
/// <param name="Registry">Host and port as image names have them: <c>docker.io</c>, <c>registry.example.com:5000</c>.</param>
internal sealed record RegistryCredential(string Registry, string User, string Password);
