using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using k8s.Models;

namespace Orchestrator.Agent.Probes;

/// <summary>The gRPC health protocol's Check, which is one small message each way: <c>{ 1: service }</c> and <c>{ 1: status }</c>.</summary>
internal static class GrpcHealth
{
    private const int FrameHeaderBytes = 5;
    private const int AnswerLimitBytes = 1024;
    private const byte FirstFieldText = 0x0A;
    private const byte FirstFieldNumber = 0x08;
    private const byte Serving = 1;

    public static async Task<ProbeResult> CheckAsync(HttpClient client, string address, V1GRPCAction action, CancellationToken cancellationToken)
    {
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        using var request = new HttpRequestMessage(
            HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"http://{host}:{action.Port}/grpc.health.v1.Health/Check"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(action.Service ?? "")),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.32");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return ProbeResult.Failed($"gRPC probe failed with HTTP status {(int)response.StatusCode}");
        }
        var answer = new byte[AnswerLimitBytes];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(answer, AnswerLimitBytes, throwOnEndOfStream: false, cancellationToken);
        var code = Header(response.TrailingHeaders) ?? Header(response.Headers) ?? "0";
        if (code != "0")
        {
            return ProbeResult.Failed($"gRPC probe failed with status {code}");
        }
        return length == FrameHeaderBytes + 2 && answer[FrameHeaderBytes] == FirstFieldNumber && answer[FrameHeaderBytes + 1] == Serving
            ? ProbeResult.Passed
            : ProbeResult.Failed("service unhealthy (responded with another status than SERVING)");
    }

    private static string? Header(HttpResponseHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.First() : null;

    private static byte[] Frame(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        List<byte> message = [];
        if (name.Length > 0)
        {
            message.Add(FirstFieldText);
            // A length as protobuf writes numbers: seven bits at a time.
            for (var left = name.Length; ; left >>= 7)
            {
                message.Add((byte)(left > 127 ? left & 127 | 128 : left));
                if (left <= 127)
                {
                    break;
                }
            }
            message.AddRange(name);
        }
        var frame = new byte[FrameHeaderBytes + message.Count];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Count);
        message.CopyTo(frame, FrameHeaderBytes);
        return frame;
    }
}
