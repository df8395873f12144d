using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Tiers;

/// <summary>The few words of Redis that a guestbook needs, a connection a conversation. Source: Redis documentation, "Redis serialization protocol".</summary>
internal sealed class Store(string host)
{
    private const int Port = 6379;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public Task PingAsync(CancellationToken cancellationToken) => SayAsync(cancellationToken, "PING");

    public Task AddAsync(string entry, CancellationToken cancellationToken) => SayAsync(cancellationToken, "RPUSH", "entries", entry);

    public Task<IReadOnlyList<string>> AllAsync(CancellationToken cancellationToken) => SayAsync(cancellationToken, "LRANGE", "entries", "0", "-1");

    /// <exception cref="IOException">The store is away, or refuses.</exception>
    private async Task<IReadOnlyList<string>> SayAsync(CancellationToken cancellationToken, params string[] words)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, Port, limit.Token);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"*{words.Length}\r\n{string.Concat(words.Select(word => $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n"))}"), limit.Token);
            return await ReadAsync(new StreamReader(stream, Encoding.Latin1), limit.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{host}: {e.Message}", e);
        }
    }

    // Lengths are told in bytes: as Latin-1 a letter is one.
    private static async Task<IReadOnlyList<string>> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var line = await reader.ReadLineAsync(cancellationToken) ?? throw new IOException("the store broke off");
        switch (line[0])
        {
            case '-':
                throw new IOException(line[1..]);
            case '$':
                var text = new char[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)];
                await reader.ReadBlockAsync(text, cancellationToken);
                await reader.ReadLineAsync(cancellationToken);
                return [Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text))];
            case '*':
                var items = new List<string>();
                for (var left = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture); left > 0; left--)
                {
                    items.AddRange(await ReadAsync(reader, cancellationToken));
                }
                return items;
            default:
                return [line[1..]];
        }
    }
}
