using System.Globalization;
using System.Net;

namespace Guestbook;

/// <summary>What this pod was given: by its image, its manifest, a ConfigMap and a Secret.</summary>
internal sealed record Visit
{
    public required IPAddress Address { get; init; }
    public required int Port { get; init; }
    public required string PodName { get; init; }
    public required string Version { get; init; }
    public required string Greeting { get; init; }
    public required string Secret { get; init; }

    public static Visit FromEnvironment(Func<string, string?> variable) => new()
    {
        Address = IPAddress.Parse(variable("POD_IP") ?? "127.0.0.1"),
        Port = int.Parse(variable("PORT") ?? "8080", CultureInfo.InvariantCulture),
        PodName = variable("POD_NAME") ?? variable("HOSTNAME") ?? Environment.MachineName,
        Version = variable("VERSION") ?? "0",
        Greeting = variable("GREETING") ?? "",
        Secret = variable("SECRET") ?? "",
    };

    /// <summary>Enough to see that it arrived, and nothing to read it by.</summary>
    public string MaskedSecret => Secret.Length == 0 ? "none" : new string('*', Secret.Length);
}
