using System.Globalization;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Proxying;

/// <summary>What a proxy path names: <c>[http:|https:]pod[:port]</c>, the port by number or by the name it has in the pod.</summary>
internal sealed record ProxyTarget(string Scheme, string Name, string? Port)
{
    private const int DefaultPort = 80;

    /// <exception cref="ApiException">Not of that form.</exception>
    public static ProxyTarget Parse(string text) => text.Split(':') switch
    {
        [var name] => new("http", name, null),
        [var name, var port] => new("http", name, Text(port)),
        ["http" or "", var name, var port] => new("http", name, Text(port)),
        ["https", var name, var port] => new("https", name, Text(port)),
        _ => throw ApiException.BadRequest($"invalid pod request \"{text}\""),
    };

    /// <summary>The port's number: as given, or the pod's first, or 80.</summary>
    /// <exception cref="ApiException">The pod has no port of that name.</exception>
    public int PortOf(V1Pod pod)
    {
        var ports = pod.Spec.Containers.SelectMany(container => container.Ports ?? []);
        if (Port is null)
        {
            return ports.FirstOrDefault()?.ContainerPort ?? DefaultPort;
        }
        return ushort.TryParse(Port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : ports.FirstOrDefault(port => port.Name == Port)?.ContainerPort ?? throw ApiException.BadRequest($"pod \"{Name}\" has no port \"{Port}\"");
    }

    private static string? Text(string port) => port.Length > 0 ? port : null;
}
