using System.IO.Compression;
using System.Text;

namespace Orchestrator.Model.Tests.Wire;

/// <summary>
/// The descriptors of the API's protobuf messages that kubectl, as every Go client, carries in itself: compressed FileDescriptorProtos. Read by the
/// published wire format (descriptor.proto): a file has a package (2) and messages (4); a message a name (1) and fields (2); a field a name (1) and a number (3).
/// </summary>
internal static class KubectlDescriptors
{
    private static ReadOnlySpan<byte> GzipStart => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 0xFF];

    /// <summary>The program on the PATH; null when there is none.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "kubectl.exe" : "kubectl")).FirstOrDefault(File.Exists);

    /// <returns>By the message's name: the packages that have one of that name, each with its fields.</returns>
    public static ILookup<string, (string Package, IReadOnlyDictionary<int, string> Fields)> Read(string program)
    {
        var messages = new List<(string Name, string Package, IReadOnlyDictionary<int, string> Fields)>();
        var bytes = File.ReadAllBytes(program);
        for (var at = 0; bytes.AsSpan(at).IndexOf(GzipStart) is var next and >= 0; at += next + GzipStart.Length)
        {
            if (Unpack(bytes, at + next) is [0x0A, ..] file)
            {
                Collect(file, messages);
            }
        }
        return messages.ToLookup(message => message.Name, message => (message.Package, message.Fields));
    }

    private static byte[]? Unpack(byte[] bytes, int start)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes, start, bytes.Length - start), CompressionMode.Decompress);
            using var output = new MemoryStream();
            gzip.CopyTo(output);
            return output.ToArray();
        }
        catch (InvalidDataException)
        {
            // What follows a stream is no other stream: all that was in it has come.
            return null;
        }
    }

    private static void Collect(ReadOnlySpan<byte> file, List<(string, string, IReadOnlyDictionary<int, string>)> messages)
    {
        var (package, bodies) = ("", new List<byte[]>());
        for (var rest = file; TryField(ref rest, out var number, out _, out var value);)
        {
            if (number == 2)
            {
                package = Encoding.UTF8.GetString(value);
            }
            else if (number == 4)
            {
                bodies.Add(value.ToArray());
            }
        }
        foreach (var body in bodies)
        {
            var (name, fields) = ("", new Dictionary<int, string>());
            for (ReadOnlySpan<byte> rest = body; TryField(ref rest, out var number, out _, out var value);)
            {
                if (number == 1)
                {
                    name = Encoding.UTF8.GetString(value);
                }
                else if (number == 2)
                {
                    Field(value, fields);
                }
            }
            messages.Add((name, package, fields));
        }
    }

    private static void Field(ReadOnlySpan<byte> field, Dictionary<int, string> fields)
    {
        var (name, id) = ("", 0);
        for (var rest = field; TryField(ref rest, out var number, out var scalar, out var value);)
        {
            (name, id) = (number == 1 ? Encoding.UTF8.GetString(value) : name, number == 3 ? (int)scalar : id);
        }
        fields[id] = name;
    }

    private static bool TryField(ref ReadOnlySpan<byte> rest, out int number, out ulong scalar, out ReadOnlySpan<byte> value)
    {
        number = 0;
        scalar = 0;
        value = default;
        if (rest.IsEmpty)
        {
            return false;
        }
        var tag = Varint(ref rest);
        number = (int)(tag >> 3);
        scalar = Varint(ref rest);
        if ((tag & 7) == 2)
        {
            value = rest[..(int)scalar];
            rest = rest[(int)scalar..];
        }
        return (tag & 7) is 0 or 2;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> rest)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = rest[0];
            rest = rest[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
