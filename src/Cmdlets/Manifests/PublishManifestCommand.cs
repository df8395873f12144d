using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Makes the cluster what manifests say: from files, folders, wildcards, and from texts and objects of the pipeline. It computes changes as
/// <c>kubectl apply</c> does and remembers them in the same annotation, so both can be used on the same objects.
/// </summary>
/// <example><code>Publish-Manifest ./app -WhatIf</code></example>
[Cmdlet(VerbsData.Publish, "Manifest", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[OutputType(typeof(PublishResult))]
public sealed class PublishManifestCommand : NamespacedCmdlet
{
    private const string Activity = "Publishing";
    private readonly StringBuilder _lines = new();
    private readonly List<ManifestDocument> _documents = [];

    /// <summary>Files and folders, with wildcards.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path")]
    [Alias("FullName", "f")]
    [SupportsWildcards]
    public string[]? Path { get; set; }

    /// <summary>Manifest texts (also as single lines), hashtables, objects that a Get-X wrote, or files from Get-ChildItem.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    public PSObject? InputObject { get; set; }

    /// <summary>Folders with all that is in them.</summary>
    [Parameter(ParameterSetName = "Path")]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Lets fields through that the kind doesn't know; the server drops them.</summary>
    [Parameter]
    public SwitchParameter IgnoreUnknownFields { get; set; }

    protected override async Task ProcessAsync()
    {
        foreach (var path in Path ?? [])
        {
            await TryAsync(path, () =>
            {
                foreach (var file in InputFiles.Resolve(this, [path]).SelectMany(found => ManifestReader.Files(found, Recurse)).ToArray())
                {
                    ReadFile(file);
                }

                return Task.CompletedTask;
            });
        }

        switch (InputObject?.BaseObject)
        {
            case null:
                break;
            case string line:
                _lines.AppendLine(line);
                break;
            case FileSystemInfo file:
                await TryAsync(file, () =>
                {
                    foreach (var found in ManifestReader.Files(file.FullName, recurse: false))
                    {
                        ReadFile(found);
                    }

                    return Task.CompletedTask;
                });
                break;
            default:
                ReadObject(InputObject);
                break;
        }
    }

    protected override async Task EndAsync()
    {
        if (_lines.Length > 0)
        {
            await TryAsync("pipeline text", () =>
            {
                _documents.AddRange(ManifestReader.Parse(_lines.ToString(), "pipeline text"));
                return Task.CompletedTask;
            });
        }

        if (_documents.Count == 0)
        {
            return;
        }

        var applier = new ManifestApplier(Client, string.IsNullOrEmpty(Namespace) ? null : Namespace);
        var done = 0;
        // Namespaces first: files of a folder come by name, and what lives in a namespace needs it.
        foreach (var document in _documents.OrderBy(document => document.Kind == "Namespace" ? 0 : 1).ToArray())
        {
            ShowProgress(Activity, $"{document.Kind} {document.Name}", done++ * 100 / _documents.Count);
            await PublishAsync(applier, document);
        }

        EndProgress(Activity);
    }

    private Task<bool> PublishAsync(ManifestApplier applier, ManifestDocument document) => TryAsync(document.Source, async () =>
    {
        try
        {
            var target = await applier.ResolveAsync(document, Cancellation);
            if (await ConfirmAsync("Publish", target.ToString(), () => RehearseAsync(applier, document, target)))
            {
                var (item, action) = await applier.ApplyAsync(document, target, new WriteMode(DryRun: false, Strict: !IgnoreUnknownFields), Cancellation);
                WriteObject(new PublishResult(action, ObjectFactory.Create(target.Kind, item, Client.Context.Name), document.Source));
            }
        }
        catch (ClusterRequestException refused)
        {
            // The server's words, and which document they are about.
            throw new ClusterRequestException(refused.Code, refused.Reason, $"{document.Source}: {refused.Message}", document.Kind, refused.Fields);
        }
    });

    private async Task RehearseAsync(ManifestApplier applier, ManifestDocument document, ObjectTarget target)
    {
        try
        {
            var (_, action) = await applier.ApplyAsync(document, target, new WriteMode(DryRun: true, Strict: !IgnoreUnknownFields), Cancellation);
            WriteInformation(new HostInformationMessage { Message = $"What if: {target} would be {action}." }, ["PSHOST"]);
        }
        catch (ClusterRequestException missing) when (missing.Reason == "NotFound" && Made(target.Namespace))
        {
            // The namespace is made by this very publication, which the server's dry run can't know.
            WriteInformation(new HostInformationMessage { Message = $"What if: {target} would be {PublishResult.Created}." }, ["PSHOST"]);
        }
    }

    private bool Made(string? @namespace) =>
        _documents.Any(document => document is { Kind: "Namespace", ApiVersion: "v1" } && document.Name == @namespace);

    private void ReadFile(string file) =>
        _documents.AddRange(ManifestReader.Parse(File.ReadAllText(file), System.IO.Path.GetRelativePath(SessionState.Path.CurrentFileSystemLocation.ProviderPath, file)));

    private void ReadObject(PSObject item)
    {
        if (JsonToPSObject.ToJson(item) is JsonObject body)
        {
            _documents.AddRange(new ManifestDocument(body, "pipeline object").Flatten());
        }
        else
        {
            WriteError(Errors.Argument("A manifest is text, a hashtable or an object.", "InvalidManifest", item));
        }
    }
}
