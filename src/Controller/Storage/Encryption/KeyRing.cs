using System.Globalization;
using System.Security.Cryptography;

namespace Orchestrator.Controller.Storage.Encryption;

/// <summary>
/// The encryption keys, in an owner-only file outside the database: a line <c>id base64</c> a key; the last line's key seals, all of them open.
/// </summary>
internal sealed class KeyRing
{
    private const int KeyBytes = 32;
    private readonly Dictionary<int, byte[]> _keys;

    private KeyRing(string path, Dictionary<int, byte[]> keys, int currentId)
    {
        Path = path;
        _keys = keys;
        CurrentId = currentId;
    }

    public string Path { get; }
    public int CurrentId { get; }

    /// <summary>Reads the file; makes one with a fresh key when there is none.</summary>
    /// <exception cref="StoreException">The file is no key file.</exception>
    public static KeyRing Open(string path)
    {
        if (!File.Exists(path))
        {
            OwnerOnlyFile.Write(path, $"1 {Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))}\n");
        }
        var keys = new Dictionary<int, byte[]>();
        var last = 0;
        foreach (var line in File.ReadLines(path).Where(line => !string.IsNullOrWhiteSpace(line)))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var key = new byte[KeyBytes];
            if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out last)
                || !Convert.TryFromBase64String(parts[1], key, out var length) || length != KeyBytes || !keys.TryAdd(last, key))
            {
                throw new StoreException(StoreProblem.WrongKey, $"{path} is no key file: expected lines of an id and {KeyBytes} bytes in base64");
            }
        }
        return keys.Count > 0 ? new(path, keys, last) : throw new StoreException(StoreProblem.WrongKey, $"{path} has no key in it");
    }

    /// <exception cref="StoreException">The ring has no such key.</exception>
    public ReadOnlyMemory<byte> Find(int id) => _keys.TryGetValue(id, out var key)
        ? key
        : throw new StoreException(StoreProblem.WrongKey, $"the key file {Path} lacks key {id}, which sealed a value in the database");
}
