using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary><c>image.json</c>: how the files of an image's folder are started. docs/process-runtime.md describes it.</summary>
internal sealed record ImageManifest
{
    // Settable, not init-only: the generated reader sets every init-only property, those that are left out to null.

    /// <summary>Program and leading arguments; a relative program path is relative to the image's folder.</summary>
    public IReadOnlyList<string> Entrypoint { get; set; } = [];

    /// <summary>Arguments used when the pod gives none.</summary>
    public IReadOnlyList<string> Cmd { get; set; } = [];

    public IReadOnlyDictionary<string, string> Env { get; set; } = new Dictionary<string, string>();

    /// <summary>Relative to the image's folder, which is the default.</summary>
    public string? WorkingDir { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ContainerRecord))]
[JsonSerializable(typeof(SandboxRecord))]
[JsonSerializable(typeof(StartRecord))]
[JsonSerializable(typeof(ProcessLaunch))]
internal sealed partial class ProcessRuntimeJson : JsonSerializerContext;
