using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Agent.Networking.Proxy.Kernel;

/// <summary>What tells the rules of one agent from those of another on the same machine: its data folder, in eight characters.</summary>
internal static class RuleMark
{
    public static string Of(string dataFolder) =>
        Of(Path.GetFullPath(dataFolder).TrimEnd(Path.DirectorySeparatorChar), 4);

    /// <summary>A short word for a long one, the same in every run.</summary>
    public static string Of(string text, int bytes) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, bytes));
}
