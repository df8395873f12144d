using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Model;

namespace Orchestrator.Controller.Storage.Encryption;

/// <summary>
/// Seals values with AES-256-GCM before they reach the database. Layout: key id (4 bytes, big endian), nonce (12), tag (16), ciphertext.
/// The object's key is authenticated with it, so that a sealed value can't be moved to another object.
/// </summary>
internal sealed class ValueSealer(KeyRing keys)
{
    private const int KeyIdBytes = 4;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeaderBytes = KeyIdBytes + NonceBytes + TagBytes;

    public KeyRing Keys { get; } = keys;

    /// <summary>Kinds that are sealed, by group-resource.</summary>
    public static bool Seals(string resource) => resource == "secrets";

    public byte[] Seal(ObjectKey key, ReadOnlySpan<byte> plain)
    {
        var result = new byte[HeaderBytes + plain.Length];
        var nonce = result.AsSpan(KeyIdBytes, NonceBytes);
        BinaryPrimitives.WriteInt32BigEndian(result, Keys.CurrentId);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(Keys.Find(Keys.CurrentId).Span, TagBytes);
        aes.Encrypt(nonce, plain, result.AsSpan(HeaderBytes), result.AsSpan(KeyIdBytes + NonceBytes, TagBytes), Associated(key));
        return result;
    }

    /// <exception cref="StoreException">The key is missing, or the value was altered.</exception>
    public byte[] Open(ObjectKey key, ReadOnlySpan<byte> value)
    {
        if (value.Length < HeaderBytes)
        {
            throw new StoreException(StoreProblem.Corrupt, $"the sealed value of {key} is cut off");
        }
        var plain = new byte[value.Length - HeaderBytes];
        try
        {
            using var aes = new AesGcm(Keys.Find(BinaryPrimitives.ReadInt32BigEndian(value)).Span, TagBytes);
            aes.Decrypt(value.Slice(KeyIdBytes, NonceBytes), value[HeaderBytes..], value.Slice(KeyIdBytes + NonceBytes, TagBytes), plain, Associated(key));
        }
        catch (AuthenticationTagMismatchException problem)
        {
            throw new StoreException(StoreProblem.WrongKey,
                $"the sealed value of {key} can't be opened: the key file {Keys.Path} is not the one it was sealed with, or the value was altered", problem);
        }
        return plain;
    }

    private static byte[] Associated(ObjectKey key) => Encoding.UTF8.GetBytes(key.ToString());
}
