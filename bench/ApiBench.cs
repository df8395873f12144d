using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace Orchestrator.Bench;

/// <summary>
/// The whole way over TLS with a client certificate, from clients in this process: creates of ConfigMaps of 1 KiB (each durable before its
/// answer), gets, and one list of all. The load's own work runs on the same cores.
/// </summary>
internal static class ApiBench
{
    private const int ValueBytes = 1024;
    private const string Path = "/api/v1/namespaces/default/configmaps";

    public static async Task<int> RunAsync(string[] args)
    {
        var clients = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 32;
        var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20_000;
        var folder = Directory.CreateTempSubdirectory("bench-").FullName;
        using var controller = Programs.Start("controller", "orchestrator-controller", "--data", folder, "--listen", "127.0.0.1:0");
        if ((await controller.StandardOutput.ReadLineAsync())?.StartsWith("Controller ready", StringComparison.Ordinal) != true)
        {
            throw new InvalidOperationException("the controller did not start");
        }
        try
        {
            using var http = Client(System.IO.Path.Combine(folder, "admin.kubeconfig"), clients);
            var text = new string('x', ValueBytes);
            await CreateAsync(http, "warm", clients, count / 4, text);
            Console.WriteLine(FormattableString.Invariant($"creates: {await CreateAsync(http, "made", clients, count, text):n0}/s from {clients} clients"));
            Console.WriteLine(FormattableString.Invariant($"gets:    {await EachAsync(clients, count, async i => await http.GetByteArrayAsync($"{Path}/made-{i}")):n0}/s"));
            var watch = Stopwatch.StartNew();
            var bytes = (await http.GetByteArrayAsync($"{Path}?limit=10000")).Length;
            Console.WriteLine(FormattableString.Invariant($"list of 10,000: {watch.Elapsed.TotalMilliseconds:f0} ms, {bytes / 1e6:f1} MB"));
            controller.Refresh();
            Console.WriteLine(FormattableString.Invariant($"controller: {controller.WorkingSet64 / 1e6:f0} MB resident, {controller.TotalProcessorTime.TotalSeconds:f1} s of CPU"));
        }
        finally
        {
            Programs.Stop(controller);
            Directory.Delete(folder, recursive: true);
        }
        return 0;
    }

    private static Task<double> CreateAsync(HttpClient http, string prefix, int clients, int count, string text) => EachAsync(clients, count, async i =>
    {
        using var body = new StringContent($$$"""{"metadata":{"name":"{{{prefix}}}-{{{i}}}"},"data":{"k":"{{{text}}}"}}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(Path, body);
        answer.EnsureSuccessStatusCode();
    });

    private static async Task<double> EachAsync(int clients, int count, Func<int, Task> act)
    {
        var next = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i <= count; i = Interlocked.Increment(ref next))
            {
                await act(i);
            }
        })));
        return count / watch.Elapsed.TotalSeconds;
    }

    private static HttpClient Client(string kubeconfig, int connections)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        using var pem = X509Certificate2.CreateFromPem(
            Encoding.ASCII.GetString(Convert.FromBase64String(configuration.ClientCertificateData)), Encoding.ASCII.GetString(Convert.FromBase64String(configuration.ClientCertificateKeyData)));
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = connections };
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { configuration.SslCaCerts[0] },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        return new HttpClient(handler) { BaseAddress = new Uri(configuration.Host) };
    }
}
