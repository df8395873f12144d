using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>Asks the machine's own resolvers, one after the other.</summary>
/// <param name="servers">Whom; asked for each time, since machines move between networks.</param>
internal sealed class Upstream(Func<IReadOnlyList<IPEndPoint>> servers, TimeProvider time)
{
    /// <summary>As resolvers do: a server that has not answered by then is passed over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <returns>The answer of the first server that gave one; null when none did.</returns>
    public async Task<byte[]?> AskAsync(ReadOnlyMemory<byte> question, bool wantsSecurity, CancellationToken cancellationToken)
    {
        foreach (var server in servers())
        {
            using var limit = new CancellationTokenSource(Patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                var answer = await DnsExchange.Here.AskAsync(server, question, wantsSecurity, both.Token);
                if (UpstreamMessage.Code(answer) is not (DnsCode.ServerFailure or DnsCode.Refused))
                {
                    return answer;
                }
            }
            catch (Exception e) when ((e is SocketException or IOException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
            {
                // The next one is asked.
            }
        }
        return null;
    }
}
