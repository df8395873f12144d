using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Controller.Tests.Serving;
using Xunit;

namespace Orchestrator.Controller.Tests.Hostile;

/// <summary>Whatever is sent is answered as documented: never with a failure of ours, never not at all, and nothing is half-written.</summary>
public sealed class HostileRequestTests(TestServer server) : IClassFixture<TestServer>
{
    private const int Requests = 24_000;

    /// <summary>At least so many requests, and at least so long: a quick machine tries more.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(1);
    private const int Senders = 8;

    /// <summary>What Kubernetes documents that the API answers.</summary>
    private static readonly int[] Documented = [200, 201, 400, 401, 403, 404, 405, 406, 409, 410, 413, 414, 415, 422, 429, 431, 505];

    [Fact]
    public async Task Corpus_IsAnsweredAsDocumented()
    {
        // In a namespace that no request names: a DELETE of all of default's ConfigMaps is within its rights.
        await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces", """{"metadata":{"name":"apart"}}""");
        await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/apart/configmaps", """{"metadata":{"name":"witness"},"data":{"k":"v"}}""");
        var before = Memory();
        var start = TimeProvider.System.GetTimestamp();
        var wrong = new ConcurrentQueue<string>();
        var codes = new ConcurrentDictionary<int, int>();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            var generator = new HostileGenerator(1000 + sender);
            for (var i = 0; i < Requests / Senders || TimeProvider.System.GetElapsedTime(start) < Duration; i++)
            {
                var request = generator.Next();
                if (await SendAsync(request, codes) is { } problem)
                {
                    wrong.Enqueue($"sender {sender}, request {i}: {problem}");
                }
            }
        }, TestContext.Current.CancellationToken)));
        Assert.True(wrong.IsEmpty, $"{wrong.Count} wrong, {string.Join(", ", codes.OrderBy(code => code.Key))}:\n{string.Join('\n', wrong.Take(20))}");
        Assert.True(codes.GetValueOrDefault(422) > 100 && codes.GetValueOrDefault(400) > 1000, string.Join(", ", codes));
        Assert.InRange(Memory() - before, long.MinValue, 200L << 20);

        var (code, witness) = await server.SendAsync(HttpMethod.Get, "/api/v1/namespaces/apart/configmaps/witness");
        Assert.Equal((HttpStatusCode.OK, "v"), (code, (string?)witness["data"]?["k"]));
        await EverythingIsReadableAsync();
    }

    [Fact]
    public async Task Connections_HalfClosedOrSlow_LeaveNothingBehind()
    {
        var (_, list) = await server.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/configmaps");
        for (var i = 0; i < 50; i++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
            await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false);
            if (i % 5 == 0)
            {
                // Not even a handshake.
                await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"), TestContext.Current.CancellationToken);
                continue;
            }
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null }, TestContext.Current.CancellationToken);
            var text = (i % 5) switch
            {
                1 => "POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"metadata\":{\"name\":\"half\"",
                2 => "GET /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost",
                3 => "POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
                _ => "\0\u0001\u0002 nonsense\r\n\r\n",
            };
            await tls.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);
            if (i % 2 == 0)
            {
                socket.Client.Shutdown(SocketShutdown.Send);
            }
        }
        var (code, after) = await server.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/configmaps");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal(list["items"]!.AsArray().Count, after["items"]!.AsArray().Count(item => (string?)item!["metadata"]!["name"] != "half"));
        Assert.DoesNotContain(after["items"]!.AsArray(), item => (string?)item!["metadata"]!["name"] == "half");
    }

    /// <summary>A client that is still sending when it is refused reads why: the connection is not reset under it.</summary>
    [Theory]
    [InlineData("POST /\0 HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("nonsense\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", "HTTP/1.1 40")]
    public async Task Refusal_IsReadByWhoIsStillSending(string head, string answer)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null }, TestContext.Current.CancellationToken);
        await tls.WriteAsync(Encoding.Latin1.GetBytes(head), TestContext.Current.CancellationToken);
        for (var part = 0; part < 512; part++)
        {
            await tls.WriteAsync(new byte[16 * 1024], TestContext.Current.CancellationToken);
        }
        using var reader = new StreamReader(tls, Encoding.Latin1);
        Assert.StartsWith(answer, await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <returns>What is wrong with the answer; null when nothing is.</returns>
    private async Task<string?> SendAsync(HostileRequest hostile, ConcurrentDictionary<int, int> codes)
    {
        var shown = $"{hostile.Method} {(hostile.Target.Length > 200 ? hostile.Target[..200] : hostile.Target)} {hostile.ContentType} {string.Join(' ', hostile.Headers.Select(header => $"{header.Name}: {(header.Value.Length > 40 ? $"{header.Value.Length} letters" : header.Value)}"))} {(hostile.Body is { Length: < 2000 } body ? Encoding.UTF8.GetString(body) : $"{hostile.Body?.Length} bytes")}";
        using var request = new HttpRequestMessage(new HttpMethod(hostile.Method), Raw(hostile.Target));
        if (hostile.Body is not null)
        {
            request.Content = new ByteArrayContent(hostile.Body);
            if (hostile.ContentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", hostile.ContentType);
            }
        }
        foreach (var (name, value) in hostile.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        var sent = TimeProvider.System.GetUtcNow();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            using var answer = await server.Admin.SendAsync(request, limit.Token);
            var text = await answer.Content.ReadAsStringAsync(limit.Token);
            var code = (int)answer.StatusCode;
            codes.AddOrUpdate(code, 1, static (_, count) => count + 1);
            // A proxy to nothing, and a state of the future, have codes of their own.
            if (!Documented.Contains(code) && !(code == 503 && hostile.Target.Contains("/proxy", StringComparison.Ordinal)) && !(code == 504 && (hostile.Method == "HEAD" || text.Contains("Too large resource version", StringComparison.Ordinal))))
            {
                return $"{code} for {shown}: {(text.Length > 300 ? text[..300] : text)}";
            }
            // What the server library refuses before we see it, an over-long line or header, has no body.
            return code < 400 || hostile.Method is "HEAD" || code is 414 or 431 or 505 || text.Length == 0 ? null
                : IsStatus(text, code) ? null : $"{code} without a Status for {shown}: {text}";
        }
        catch (OperationCanceledException)
        {
            return $"no answer within 30 s, sent at {sent:HH:mm:ss.fff}, for {shown}";
        }
        catch (HttpRequestException problem)
        {
            return $"{problem.Message} {problem.InnerException?.Message} for {shown}";
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>As it goes over the wire: nothing in it is tidied up.</summary>
    private Uri Raw(string target) =>
        new(server.Address.GetLeftPart(UriPartial.Authority) + target.Replace(" ", "%20", StringComparison.Ordinal), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static bool IsStatus(string text, int code)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject status && (string?)status["kind"] == "Status" && (int?)status["code"] == code && ((string?)status["message"])?.Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private async Task EverythingIsReadableAsync()
    {
        var (_, groups) = await server.SendAsync(HttpMethod.Get, "/apis");
        var versions = groups["groups"]!.AsArray().SelectMany(group => group!["versions"]!.AsArray()).Select(version => $"/apis/{version!["groupVersion"]}").Append("/api/v1");
        foreach (var version in versions)
        {
            var (_, list) = await server.SendAsync(HttpMethod.Get, version);
            foreach (var resource in list["resources"]!.AsArray().Where(resource => resource!["verbs"]!.AsArray().Any(verb => (string?)verb == "watch") && !((string)resource["name"]!).Contains('/', StringComparison.Ordinal)))
            {
                foreach (var accept in new[] { "application/json", "application/json;as=Table;v=v1;g=meta.k8s.io" })
                {
                    var (code, body) = await TestServer.SendAsync(server.Admin, HttpMethod.Get, $"{version}/{resource!["name"]}", accept: accept);
                    Assert.True(code == HttpStatusCode.OK, $"{version}/{resource["name"]}: {body.ToJsonString()}");
                }
            }
        }
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
