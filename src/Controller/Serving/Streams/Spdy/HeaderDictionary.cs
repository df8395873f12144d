using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Controller.Serving.Streams.Spdy;

/// <summary>The text that SPDY/3 headers are compressed against, as the protocol's draft fixes it: words with their lengths, then a tail.</summary>
internal static class HeaderDictionary
{
    /// <summary>Adler-32 of it: how a compressed block names the dictionary it needs.</summary>
    public const uint Id = 0xE3C6A7C2;

    private static readonly string[] Words =
    [
        "options", "head", "post", "put", "delete", "trace", "accept", "accept-charset", "accept-encoding", "accept-language", "accept-ranges",
        "age", "allow", "authorization", "cache-control", "connection", "content-base", "content-encoding", "content-language", "content-length",
        "content-location", "content-md5", "content-range", "content-type", "date", "etag", "expect", "expires", "from", "host", "if-match",
        "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-modified", "location", "max-forwards", "pragma",
        "proxy-authenticate", "proxy-authorization", "range", "referer", "retry-after", "server", "te", "trailer", "transfer-encoding", "upgrade",
        "user-agent", "vary", "via", "warning", "www-authenticate", "method", "get", "status", "200 OK", "version", "HTTP/1.1", "url", "public",
        "set-cookie", "keep-alive", "origin",
    ];

    private const string Tail =
        "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
        + "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found"
        + "500 Internal Server Error501 Not Implemented503 Service Unavailable"
        + "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
        + "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,"
        + "publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

    public static byte[] Bytes { get; } = Make();

    private static byte[] Make()
    {
        var bytes = new byte[Words.Sum(word => 4 + word.Length) + Tail.Length];
        var rest = bytes.AsSpan();
        foreach (var word in Words)
        {
            BinaryPrimitives.WriteInt32BigEndian(rest, word.Length);
            Encoding.ASCII.GetBytes(word, rest[4..]);
            rest = rest[(4 + word.Length)..];
        }
        Encoding.ASCII.GetBytes(Tail, rest);
        return bytes;
    }
}
