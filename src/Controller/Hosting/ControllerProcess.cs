using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Orchestrator.Controller.Backups;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Serving;
using Orchestrator.Controller.Storage;

namespace Orchestrator.Controller.Hosting;

/// <summary>The process: arguments in, exit code out. One clear line on standard error when it can't start.</summary>
internal static class ControllerProcess
{
    private const long SmallHeapBytes = 64 << 20;
    private const int Failed = 1;
    private const int BadArguments = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["restore", .. var rest])
        {
            return await RestoreProcess.RunAsync(rest).ConfigureAwait(false);
        }
        ControllerOptions options;
        try
        {
            options = ControllerOptions.Parse(args);
        }
        catch (ArgumentException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return BadArguments;
        }
        try
        {
            await ServeAsync(options).ConfigureAwait(false);
            return 0;
        }
        catch (Exception problem) when (Explain(problem, options) is not null)
        {
            await Console.Error.WriteLineAsync("orchestrator-controller: " + Explain(problem, options)).ConfigureAwait(false);
            return Failed;
        }
    }

    private static async Task ServeAsync(ControllerOptions options)
    {
        Directory.CreateDirectory(options.DataFolder);
        using var held = DataFolderLock.Take(options.DataFolder);
        using var authority = CertificateAuthority.Open(Path.Combine(options.DataFolder, "pki"), TimeProvider.System);
        await using var app = ControllerApplication.Build(options, authority);
        await app.StartAsync().ConfigureAwait(false);
        var server = Address(app, options);
        AdminKubeconfig.Write(options.DataFolder, server, authority);
        await File.WriteAllTextAsync(Path.Combine(options.DataFolder, "controller.pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        app.Services.GetRequiredService<Readiness>().IsReady = true;
        Console.WriteLine($"Controller ready at {server.ToString().TrimEnd('/')}");
        if (GC.GetTotalMemory(forceFullCollection: false) < SmallHeapBytes)
        {
            // What starting has left goes back to the machine. A large state would stop the work for it.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        await app.WaitForShutdownAsync().ConfigureAwait(false);
        File.Delete(Path.Combine(options.DataFolder, "controller.pid"));
    }

    private static Uri Address(WebApplication app, ControllerOptions options)
    {
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(); // Kestrel has it once started.
        var port = new Uri(bound.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal)).Port;
        if (options.Advertise.Count > 0)
        {
            return new Uri("https://" + (options.Advertise[0].Contains(':', StringComparison.Ordinal) ? options.Advertise[0] : $"{options.Advertise[0]}:{port}"));
        }
        var any = options.Listen.Address.Equals(IPAddress.Any) || options.Listen.Address.Equals(IPAddress.IPv6Any);
        return new UriBuilder("https", any ? "127.0.0.1" : options.Listen.Address.ToString(), port).Uri;
    }

    /// <summary>The failures that a person can do something about, in words; null for a defect of ours.</summary>
    private static string? Explain(Exception problem, ControllerOptions options) => problem switch
    {
        StoreException store => store.Message,
        DataFolderInUseException held => held.Message,
        IOException { InnerException: AddressInUseException } => $"--listen: the address {options.Listen} is in use by another program",
        IOException { InnerException: SocketException socket } => $"--listen: can't listen on {options.Listen}: {socket.Message}",
        SocketException socket => $"--listen: can't listen on {options.Listen}: {socket.Message}",
        UnauthorizedAccessException denied => $"--data: {denied.Message}",
        IOException other => $"--data: {other.Message}",
        _ => null,
    };
}
