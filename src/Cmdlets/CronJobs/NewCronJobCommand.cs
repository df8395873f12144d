using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a CronJob whose jobs have pods with one container.</summary>
/// <example><code>New-CronJob nightly '0 3 * * *' -Image shop/report:v1</code></example>
[Cmdlet(VerbsCommon.New, "CronJob", SupportsShouldProcess = true)]
[OutputType(typeof(CronJob))]
public sealed class NewCronJobCommand : NewWorkloadCommand
{
    /// <summary>Minute, hour, day, month and weekday: <c>0 3 * * *</c>; or a macro such as <c>@daily</c>.</summary>
    [Parameter(Position = 2, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Schedule { get; set; } = "";

    /// <summary>Such as <c>Europe/Berlin</c>; without it, UTC.</summary>
    [Parameter]
    public string? TimeZone { get; set; }

    /// <summary>What happens when one still runs.</summary>
    [Parameter]
    [ValidateSet("Allow", "Forbid", "Replace")]
    public string ConcurrencyPolicy { get; set; } = "Allow";

    private protected override ResourceKind Kind => Kinds.CronJob;

    private protected override JsonObject BuildBody()
    {
        var pod = BuildPodSpec();
        pod["restartPolicy"] = "Never";
        var spec = new JsonObject
        {
            ["schedule"] = Schedule,
            ["concurrencyPolicy"] = ConcurrencyPolicy,
            ["jobTemplate"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = pod } } },
        };
        if (TimeZone is not null)
        {
            spec["timeZone"] = TimeZone;
        }

        return new JsonObject { ["spec"] = spec };
    }
}
