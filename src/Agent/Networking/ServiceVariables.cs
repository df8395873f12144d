using System.Globalization;
using k8s.Models;

namespace Orchestrator.Agent.Networking;

/// <summary>Services as variables of a container. Source: Kubernetes documentation, "Discovering services: environment variables".</summary>
internal static class ServiceVariables
{
    private static readonly ServiceName Api = new("default", "kubernetes");

    /// <param name="states">All services.</param>
    /// <param name="namespace">The pod's: its services are told, and the API's.</param>
    /// <param name="all">False for a pod with <c>enableServiceLinks: false</c>, which is told of the API only.</param>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<ServiceName, ServiceState> states, string @namespace, bool all)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (states.TryGetValue(Api, out var api))
        {
            Add(variables, api);
        }
        // By name, so that the same services give the same variables: two names may become one.
        foreach (var state in states.Values.Where(state => all && state.Name.Namespace == @namespace && state.Name != Api).OrderBy(state => state.Name.Name, StringComparer.Ordinal))
        {
            Add(variables, state);
        }
        return variables;
    }

    private static void Add(Dictionary<string, string> variables, ServiceState state)
    {
        if (state.IsExternalName || state.IsHeadless || state.Addresses.FirstOrDefault() is not { } address || state.Service.Spec.Ports is not [var first, ..] ports)
        {
            return;
        }
        var prefix = Word(state.Name.Name);
        variables[$"{prefix}_SERVICE_HOST"] = $"{address}";
        variables[$"{prefix}_SERVICE_PORT"] = Text(first.Port);
        variables[$"{prefix}_PORT"] = Url(first);
        foreach (var port in ports)
        {
            if (!string.IsNullOrEmpty(port.Name))
            {
                variables[$"{prefix}_SERVICE_PORT_{Word(port.Name)}"] = Text(port.Port);
            }
            var one = $"{prefix}_PORT_{Text(port.Port)}_{Protocol(port).ToUpperInvariant()}";
            variables[one] = Url(port);
            variables[$"{one}_PROTO"] = Protocol(port);
            variables[$"{one}_PORT"] = Text(port.Port);
            variables[$"{one}_ADDR"] = $"{address}";
        }

        string Url(V1ServicePort port) => $"{Protocol(port)}://{address}:{Text(port.Port)}";
    }

    private static string Protocol(V1ServicePort port) => (port.Protocol ?? "TCP").ToLowerInvariant();

    private static string Word(string name) => name.ToUpperInvariant().Replace('-', '_');

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
