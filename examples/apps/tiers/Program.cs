using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tiers;

const int Port = 8080;
// A connection each time: the service's proxy spreads connections, not requests.
using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero })
{
    BaseAddress = new Uri(Variable("API", "http://api")), Timeout = TimeSpan.FromSeconds(5),
};
// Which of the tiers this is: front or api.
RequestDelegate handler = args is ["api"] ? new Api(Variable("STORE", "store")).HandleAsync : new Front(client).HandleAsync;
var builder = WebApplication.CreateEmptyBuilder(new());
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Listen(IPAddress.Any, Port, listen => listen.Protocols = HttpProtocols.Http1);
});
// SIGTERM: no new connections, and the requests that are under way are finished within this time.
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
var application = builder.Build();
application.Run(async context =>
{
    context.Response.Headers["X-Pod"] = Environment.MachineName;
    context.Response.Headers["X-Version"] = Variable("VERSION", "0");
    await handler(context);
});
await application.RunAsync();

static string Variable(string name, string otherwise) => Environment.GetEnvironmentVariable(name) ?? otherwise;
