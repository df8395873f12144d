using System.Management.Automation;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Starts a CronJob's job now, whatever its schedule says; writes the Job.</summary>
/// <example><code>Start-CronJob nightly</code></example>
[Cmdlet(VerbsLifecycle.Start, "CronJob", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(ClusterJob))]
public sealed class StartCronJobCommand : ObjectActionCommand
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int MaxBase = 52;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("CronJob")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.CronJob);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.CronJob;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var cron = await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var template = cron["spec"]?["jobTemplate"];
        var annotations = template?["metadata"]?["annotations"]?.DeepClone() as JsonObject ?? [];
        annotations["cronjob.kubernetes.io/instantiate"] = "manual";
        var stem = target.Name.Length > MaxBase ? target.Name[..MaxBase] : target.Name;
        var job = new JsonObject
        {
            ["apiVersion"] = Kinds.Job.ApiVersion,
            ["kind"] = Kinds.Job.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{stem}-manual-{RandomNumberGenerator.GetString(Alphabet, 3)}",
                ["labels"] = template?["metadata"]?["labels"]?.DeepClone(),
                ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = target.Kind.ApiVersion, ["kind"] = target.Kind.Kind, ["name"] = target.Name,
                    ["uid"] = cron["metadata"]?["uid"]?.DeepClone(), ["controller"] = true,
                }),
            },
            ["spec"] = template?["spec"]?.DeepClone(),
        };
        Task<JsonObject> CreateAsync(WriteMode mode) => Client.CreateAsync(Kinds.Job, target.Namespace, job, mode, Cancellation);
        if (await ConfirmAsync("Start a job", target.ToString(), () => CreateAsync(WriteMode.Rehearsal)))
        {
            WriteObject(ObjectFactory.Create(Kinds.Job, await CreateAsync(WriteMode.Real), Client.Context.Name));
        }
    }
}
