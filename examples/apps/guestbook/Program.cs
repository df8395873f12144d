using System.Net;
using Guestbook;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var visit = Visit.FromEnvironment(Environment.GetEnvironmentVariable);
var builder = WebApplication.CreateEmptyBuilder(new() { Args = args });
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    // The pod's own address: other pods on this machine use the same port.
    kestrel.Listen(visit.Address, visit.Port, listen => listen.Protocols = HttpProtocols.Http1);
});
// SIGTERM: no new connections, and the requests that are under way are finished within this time.
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
var application = builder.Build();
application.Run(context => Page.WriteAsync(context, visit));
application.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"guestbook {visit.Version} listens on http://{visit.Address}:{visit.Port}"));
application.Lifetime.ApplicationStopping.Register(() => Console.WriteLine("stopping: finishing what is under way"));
application.Lifetime.ApplicationStopped.Register(() => Console.WriteLine("stopped"));
await application.RunAsync();
