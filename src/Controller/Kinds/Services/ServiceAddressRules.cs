using System.Net;
using System.Net.Sockets;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>Rules for addresses as text.</summary>
internal static class ServiceAddressRules
{
    private const string Malformed = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    /// <summary>Null, or what is wrong. Only the written-out form will do: other spellings of one address would hide that it is taken.</summary>
    public static string? Address(string? text) => TryParse(text, out _) ? null : Malformed;

    public static bool TryParse(string? text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!) && (address.AddressFamily == AddressFamily.InterNetworkV6 ? !text!.Contains('%', StringComparison.Ordinal) : address.ToString() == text);

    /// <summary>An address that packets from elsewhere can have.</summary>
    public static void External(string field, string? text, FieldErrors errors)
    {
        if (!TryParse(text, out var address))
        {
            errors.Invalid(field, text, Malformed);
            return;
        }
        if (IPAddress.IsLoopback(address))
        {
            errors.Invalid(field, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        }
        NotSpecial(field, address, errors);
    }

    /// <summary>
    /// An endpoint's address. Unlike Kubernetes' rule, loopback will do: pods of the process runtime have addresses out of 127.0.0.0/8.
    /// </summary>
    public static void Endpoint(string field, string? text, FieldErrors errors)
    {
        if (TryParse(text, out var address))
        {
            NotSpecial(field, address, errors);
        }
        else
        {
            errors.Invalid(field, text, Malformed);
        }
    }

    private static void NotSpecial(string field, IPAddress address, FieldErrors errors)
    {
        var bytes = address.GetAddressBytes();
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            errors.Invalid(field, address.ToString(), "may not be unspecified (0.0.0.0 or ::)");
        }
        if (bytes is [169, 254, _, _] || address.IsIPv6LinkLocal)
        {
            errors.Invalid(field, address.ToString(), "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        }
        if (bytes is [224, 0, 0, _] || (address.IsIPv6Multicast && (bytes[1] & 0x0F) == 2))
        {
            errors.Invalid(field, address.ToString(), "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
        }
    }
}
