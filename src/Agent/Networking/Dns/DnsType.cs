namespace Orchestrator.Agent.Networking.Dns;

/// <summary>Types of records that the cluster's zone has, and those that the protocol itself needs. Source: RFC 1035, 2782, 3596, 6891.</summary>
internal enum DnsType : ushort
{
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Srv = 33,
    Opt = 41,
    Any = 255,
}

/// <summary>Source: RFC 1035, 4.1.1; BADVERS: RFC 6891.</summary>
internal enum DnsCode : byte
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NoSuchName = 3,
    NotImplemented = 4,
    Refused = 5,
    BadVersion = 16,
}
