using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;

namespace Orchestrator.Controller.Storage.Encryption;

/// <summary>
/// The encryption keys, in an owner-only file outside the database: a line <c>id base64</c> a key; the last line's key seals, all of them open.
/// </summary>
internal sealed class KeyRing
{
    private const int KeyBytes = 32;
    // Read by whoever opens a value while a rotation changes it: replaced as a whole.
    private volatile FrozenDictionary<int, byte[]> _keys;

    private KeyRing(string path, Dictionary<int, byte[]> keys, int currentId)
    {
        Path = path;
        _keys = keys.ToFrozenDictionary();
        CurrentId = currentId;
    }

    public string Path { get; }
    public int CurrentId { get; private set; }

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

    /// <summary>Makes a new key, and from then on seals with it.</summary>
    public void Add()
    {
        var id = _keys.Keys.Max() + 1;
        var more = new Dictionary<int, byte[]>(_keys) { [id] = RandomNumberGenerator.GetBytes(KeyBytes) };
        Write(more);
        _keys = more.ToFrozenDictionary();
        CurrentId = id;
    }

    /// <summary>Forgets all keys but the current one: nothing is sealed with them any more.</summary>
    public void ForgetOthers()
    {
        var only = new Dictionary<int, byte[]> { [CurrentId] = _keys[CurrentId] };
        Write(only);
        _keys = only.ToFrozenDictionary();
    }

    private void Write(Dictionary<int, byte[]> keys) =>
        OwnerOnlyFile.Write(Path, string.Concat(keys.OrderBy(key => key.Key).Select(key => string.Create(CultureInfo.InvariantCulture, $"{key.Key} {Convert.ToBase64String(key.Value)}\n"))));

    /// <exception cref="StoreException">The ring has no such key.</exception>
    public ReadOnlyMemory<byte> Find(int id) => _keys.TryGetValue(id, out var key)
        ? key
        : throw new StoreException(StoreProblem.WrongKey, $"the key file {Path} lacks key {id}, which sealed a value in the database");
}
