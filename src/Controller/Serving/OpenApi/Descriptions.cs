using System.Collections.Frozen;
using System.IO.Compression;

namespace Orchestrator.Controller.Serving.OpenApi;

/// <summary>What types and fields of the model are for, in the words of the client library's documentation, taken from its package as the program is built.</summary>
internal static class Descriptions
{
    // Asked for by people who read, not by programs that run: read from the program's file when somebody does, and given back.
    private static readonly WeakReference<FrozenDictionary<string, string>?> s_read = new(null);

    /// <param name="name"><c>V1Pod</c>, or a property of it, <c>V1Pod.Spec</c>.</param>
    public static string? Of(string name) => All().GetValueOrDefault(name);

    private static FrozenDictionary<string, string> All()
    {
        if (s_read.TryGetTarget(out var read) && read is not null)
        {
            return read;
        }
        using var resource = typeof(Descriptions).Assembly.GetManifestResourceStream("descriptions.gz") ?? throw new InvalidOperationException("the program was built without descriptions");
        using var text = new StreamReader(new GZipStream(resource, CompressionMode.Decompress));
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        while (text.ReadLine() is { } line)
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            found[line[..tab]] = line[(tab + 1)..];
        }
        var all = found.ToFrozenDictionary(StringComparer.Ordinal);
        s_read.SetTarget(all);
        return all;
    }
}
