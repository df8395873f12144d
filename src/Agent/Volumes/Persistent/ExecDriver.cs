using System.Collections.Immutable;
using System.Text.Json;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>
/// Volumes that a program on this node makes. It is told on standard input what is wanted, as JSON, and answers the same way; docs/storage.md has
/// the contract. Programs are found by name in a folder of the node's owner, never by a path that came from the API.
/// </summary>
/// <param name="programs">The folder.</param>
/// <param name="powerShell">What runs programs whose name ends in <c>.ps1</c>.</param>
internal sealed class ExecDriver(VolumeStore store, ToolPrograms tools, string programs, string powerShell, string node) : IVolumeDriver
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public async Task<ImmutableSortedDictionary<string, string>> MakeAsync(VolumeOrder order, CancellationToken cancellationToken) =>
        (await AskAsync("provision", order, null, cancellationToken)).Context?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? order.Context;

    public Task GrowAsync(VolumeOrder order, bool isUsed, CancellationToken cancellationToken) => AskAsync("expand", order, MountPoint(order), cancellationToken);

    public async Task<string> MountAsync(VolumeOrder order, CancellationToken cancellationToken)
    {
        // Whatever mounts it may have seen before: the program is asked each time, and brings about what is missing.
        var attached = await AskAsync("attach", order, null, cancellationToken);
        var known = order with { Context = attached.Context?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? order.Context };
        Directory.CreateDirectory(MountPoint(order));
        var path = (await AskAsync("mount", known, MountPoint(order), cancellationToken)).Path ?? MountPoint(order);
        return Path.IsPathRooted(path) && !path.Split('/', '\\').Contains("..") && Directory.Exists(path) ? path
            : throw new VolumeProblemException("ProgramFailed", $"{Program(order)}: mount: \"{path}\" is not the absolute path of a folder");
    }

    public async Task UnmountAsync(VolumeOrder order, CancellationToken cancellationToken)
    {
        await AskAsync("unmount", order, MountPoint(order), cancellationToken);
        await AskAsync("detach", order, null, cancellationToken);
    }

    public async Task RemoveAsync(VolumeOrder order, CancellationToken cancellationToken)
    {
        await UnmountAsync(order, cancellationToken);
        await AskAsync("delete", order, null, cancellationToken);
        store.Remove(order.Handle);
    }

    private async Task<ProvisionerAnswer> AskAsync(string operation, VolumeOrder order, string? target, CancellationToken cancellationToken)
    {
        var program = Program(order);
        var request = JsonSerializer.Serialize(new ProvisionerRequest(1, operation, node, target, new(
            order.Name, order.Handle, order.SizeBytes, order.FileSystem,
            order.Attributes.RemoveRange([VolumeNames.NodeAttribute, VolumeNames.ProgramParameter, VolumeNames.ScopeParameter]), order.Context)), ProvisionerJson.Default.ProvisionerRequest);
        var isScript = program.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase);
        var result = await tools.RunAsync(isScript ? powerShell : program, isScript ? ["-File", program] : [], request, s_limit, cancellationToken);
        var answer = Read(result.Output, program, operation, result);
        if (answer.Error is { } error)
        {
            throw new VolumeProblemException(string.IsNullOrEmpty(error.Reason) ? "ProgramFailed" : error.Reason, $"{Path.GetFileName(program)}: {operation}: {error.Message}");
        }
        return result.ExitCode == 0 ? answer : throw Failed(program, operation, result);
    }

    private static ProvisionerAnswer Read(string output, string program, string operation, ToolResult result)
    {
        try
        {
            return string.IsNullOrWhiteSpace(output) ? new(null, null, null) : JsonSerializer.Deserialize(output, ProvisionerJson.Default.ProvisionerAnswer) ?? new(null, null, null);
        }
        catch (JsonException e)
        {
            throw result.ExitCode != 0 ? Failed(program, operation, result)
                : new VolumeProblemException("ProgramFailed", $"{Path.GetFileName(program)}: {operation}: the answer is not the JSON of the contract: {e.Message}", e);
        }
    }

    private static VolumeProblemException Failed(string program, string operation, ToolResult result) =>
        new("ProgramFailed", $"{Path.GetFileName(program)}: {operation}: exit code {result.ExitCode}: {result.Error.Trim()}");

    private string Program(VolumeOrder order)
    {
        var name = order.Attributes.GetValueOrDefault(VolumeNames.ProgramParameter, "");
        if (NameRules.DataKey(name) is { } wrong)
        {
            throw new VolumeProblemException("InvalidProgram", $"parameters[{VolumeNames.ProgramParameter}]: Invalid value: \"{name}\": {wrong}");
        }
        var path = Path.Combine(programs, name);
        return File.Exists(path) ? path : throw new VolumeProblemException("ProgramMissing", $"{path} does not exist");
    }

    private string MountPoint(VolumeOrder order) => Path.Combine(store.FolderOf(order.Handle), "mount");
}
