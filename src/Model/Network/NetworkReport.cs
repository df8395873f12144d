using System.Text.Json.Serialization;

namespace Orchestrator.Model.Network;

/// <summary>The answer to a <see cref="NetworkProbe"/>.</summary>
/// <param name="Lookups">In the order of the questions.</param>
/// <param name="Connections">In the order of the targets.</param>
public sealed record NetworkReport(IReadOnlyList<NameAnswer> Lookups, IReadOnlyList<ConnectionReport> Connections);

/// <param name="Name">As it was asked for.</param>
/// <param name="Type">As it was asked for.</param>
/// <param name="QueryName">The name that was answered, whole: the last that was tried.</param>
/// <param name="Code"><c>NOERROR</c>, <c>NXDOMAIN</c>, <c>SERVFAIL</c>…; null when no server answered.</param>
/// <param name="Server">Who answered, as address and port.</param>
/// <param name="Error">Why nobody did, in a sentence.</param>
/// <param name="Milliseconds">All names that were tried together.</param>
public sealed record NameAnswer(
    string Name, string Type, string QueryName, string? Code, IReadOnlyList<NameRecord> Records, string? Server, string? Error, double Milliseconds);

/// <param name="Name">Whose it is.</param>
/// <param name="TimeToLiveSeconds">How long it may be kept.</param>
/// <param name="Data">As zone files write it.</param>
public sealed record NameRecord(string Name, string Type, long TimeToLiveSeconds, string Data);

/// <param name="LocalAddress">The address that the connection comes from; null when there is no route.</param>
/// <param name="Error">Why there is no connection; null when there is one, or none was tried.</param>
/// <param name="Milliseconds">Until it was there.</param>
/// <param name="Proxy">Of an address and port of a service: who brings connections to its pods on that node.</param>
public sealed record ConnectionReport(ConnectionTarget Target, string? LocalAddress, string? Error, double Milliseconds, ProxyReport? Proxy);

/// <param name="By"><c>nftables</c>, <c>iptables</c> or <c>userspace</c>.</param>
/// <param name="Targets">Where new connections go, as address and port.</param>
/// <param name="Fault">Why they do not arrive; null when they do.</param>
public sealed record ProxyReport(string By, IReadOnlyList<string> Targets, string? Fault);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NetworkProbe))]
[JsonSerializable(typeof(NetworkReport))]
public sealed partial class NetworkJson : JsonSerializerContext;
