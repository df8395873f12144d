using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>What the scheduler says of one node and a pod that does not exist yet.</summary>
public sealed class PodPlacement
{
    internal PodPlacement(string subject, JsonObject node, string? chosen)
    {
        Subject = subject;
        Node = (string?)node["name"] ?? "";
        Fits = (bool?)node["fits"] ?? false;
        Score = (double?)node["score"];
        Reason = (string?)node["reason"] ?? "";
        Selected = Node == chosen;
    }

    /// <summary>Whose pod was asked about: <c>Deployment/web</c>, or the image.</summary>
    public string Subject { get; }

    public string Node { get; }

    /// <summary>The pod could run there.</summary>
    public bool Fits { get; }

    /// <summary>The pod would go there now.</summary>
    public bool Selected { get; }

    /// <summary>The more the better; empty where it can't run.</summary>
    public double? Score { get; }

    /// <summary>Why it can't run there; empty where it can.</summary>
    public string Reason { get; }
}
