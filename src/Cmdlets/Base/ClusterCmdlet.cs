using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>A cmdlet that talks to the cluster of a context.</summary>
public abstract class ClusterCmdlet : AsyncCmdlet
{
    /// <summary>A kubeconfig context; without it, the current one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ContextCompleter]
    public string? Context { get; set; }

    private protected ClusterClient Client => ClientCache.Get(ContextStore.Resolve(Context));

    /// <summary>Asks as -WhatIf and -Confirm want it. With -WhatIf the server is asked too, so that what it would refuse is told now.</summary>
    private protected async Task<bool> ConfirmAsync(string action, string target, Func<Task> dryRun)
    {
        var text = $"{target} in cluster {Client.Context.Name}";
        if (ShouldProcess($"Performing the operation \"{action}\" on target \"{text}\".", $"{action} {text}?", "Confirm", out var reason))
        {
            return true;
        }

        if (reason == ShouldProcessReason.WhatIf)
        {
            await dryRun();
        }

        return false;
    }
}
