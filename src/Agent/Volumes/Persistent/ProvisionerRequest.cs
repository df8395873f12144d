using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>What a provisioner's program reads on its standard input.</summary>
/// <param name="Version">Of the contract: 1.</param>
/// <param name="Operation">provision, attach, mount, unmount, detach, expand or delete.</param>
/// <param name="Target">Where to mount, and where it is mounted; a folder that is there.</param>
internal sealed record ProvisionerRequest(int Version, string Operation, string Node, string? Target, ProvisionerVolume Volume);

/// <param name="Name">Of the PersistentVolume.</param>
/// <param name="Handle">What the volume is called for good; names folders and the like.</param>
/// <param name="Parameters">Those of its class.</param>
/// <param name="Context">What the program answered earlier.</param>
internal sealed record ProvisionerVolume(
    string Name, string Handle, long SizeBytes, string? FsType, IReadOnlyDictionary<string, string> Parameters, IReadOnlyDictionary<string, string> Context);

/// <summary>What it answers on its standard output; nothing at all is fine where nothing is to be said.</summary>
/// <param name="Context">To be told again with each later request.</param>
/// <param name="Path">Of mount: where the files are, when not at the target.</param>
internal sealed record ProvisionerAnswer(Dictionary<string, string>? Context, string? Path, ProvisionerError? Error);

/// <param name="Reason"><c>ResourceExhausted</c> has another node tried.</param>
internal sealed record ProvisionerError(string? Reason, string? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ProvisionerRequest))]
[JsonSerializable(typeof(ProvisionerAnswer))]
internal sealed partial class ProvisionerJson : JsonSerializerContext;
