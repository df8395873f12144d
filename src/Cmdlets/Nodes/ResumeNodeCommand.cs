using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Lets nodes take pods again.</summary>
/// <example><code>Resume-Node node-1</code></example>
[Cmdlet(VerbsLifecycle.Resume, "Node", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Node))]
public sealed class ResumeNodeCommand : NodeSchedulingCommand
{
    private protected override async Task ActAsync(ObjectTarget target)
    {
        if (await SetAsync(target, "Resume", unschedulable: false))
        {
            await WriteAsync(target);
        }
    }
}
