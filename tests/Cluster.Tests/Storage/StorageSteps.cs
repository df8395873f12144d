namespace Orchestrator.Cluster.Tests.Storage;

/// <summary>What these tests do again and again.</summary>
internal static class StorageSteps
{
    public static Task<CommandResult> ApplyAsync(this TestCluster cluster, string manifest) => cluster.KubectlAsync("apply -f -", manifest);

    /// <summary>What kubectl says, without the end of the line.</summary>
    public static async Task<string> ReadAsync(this TestCluster cluster, string arguments) => (await cluster.KubectlAsync(arguments)).Succeeded().Trim();

    /// <summary>Waits until one of an object's events has a text in it.</summary>
    public static Task<string> EventAsync(this TestCluster cluster, string about, string text) => Eventually.GetAsync(
        async () => (await cluster.KubectlAsync($"describe {about}")).Succeeded(), description => description.Contains(text, StringComparison.Ordinal), description => description);

    /// <summary>Waits until a pod's log has a text in it.</summary>
    public static Task<string> LogAsync(this TestCluster cluster, string pod, string text) => Eventually.GetAsync(
        async () => (await cluster.KubectlAsync($"logs {pod}")) is { ExitCode: 0 } log ? log.Output : (await cluster.KubectlAsync($"describe pod {pod}")).Output,
        log => log.Contains(text, StringComparison.Ordinal) && !log.StartsWith("Name:", StringComparison.Ordinal), log => log);

    /// <summary>A class whose volumes have a file system, and with it a size, of their own.</summary>
    public static string SizedClass(string name, string? fileSystem = null, bool waits = true, bool grows = true) => $$"""
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: {{name}} }
        provisioner: local.orchestrator.dev
        parameters: {hardSize: "true"{{(fileSystem is null ? "" : $", fsType: {fileSystem}")}} }
        volumeBindingMode: {{(waits ? "WaitForFirstConsumer" : "Immediate")}}
        allowVolumeExpansion: {{(grows ? "true" : "false")}}
        """;
}
