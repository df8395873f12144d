using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>What New-Pod and New-Deployment say about the one container that they make; a manifest can say more.</summary>
public abstract class NewWorkloadCommand : CreateNamespacedObjectCommand
{
    [Parameter(Position = 1, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Image { get; set; } = "";

    /// <summary>Runs instead of the image's entrypoint.</summary>
    [Parameter]
    public string[]? Command { get; set; }

    [Parameter]
    [Alias("Args")]
    public string[]? ArgumentList { get; set; }

    /// <summary>Environment variables, as a dictionary or as <c>name=value</c>.</summary>
    [Parameter]
    [KeyValueTransformation]
    [Alias("Env")]
    public System.Collections.IDictionary? Environment { get; set; }

    /// <summary>Ports that the container listens on.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int[]? Port { get; set; }

    [Parameter]
    public string? WorkingDirectory { get; set; }

    /// <summary>Requested processor time, such as <c>250m</c>.</summary>
    [Parameter]
    public string? Cpu { get; set; }

    /// <summary>Requested memory, such as <c>64Mi</c>.</summary>
    [Parameter]
    public string? Memory { get; set; }

    /// <summary>Labels that a node must have, as a dictionary or as <c>key=value</c>.</summary>
    [Parameter]
    [KeyValueTransformation]
    public System.Collections.IDictionary? NodeSelector { get; set; }

    /// <summary><c>process</c> or <c>docker</c>; without it, the node's own.</summary>
    [Parameter]
    [ArgumentCompletions("process", "docker")]
    public string? RuntimeClassName { get; set; }

    /// <summary>Comes back when it runs.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    private protected JsonObject BuildPodSpec()
    {
        var container = new JsonObject { ["name"] = Name, ["image"] = Image };
        Set(container, "command", List(Command));
        Set(container, "args", List(ArgumentList));
        Set(container, "workingDir", WorkingDirectory);
        if (Environment is not null)
        {
            container["env"] = new JsonArray(
                [.. Texts(Environment).Select(pair => new JsonObject { ["name"] = pair.Key, ["value"] = (string?)pair.Value })]);
        }

        if (Port is { Length: > 0 })
        {
            container["ports"] = new JsonArray([.. Port.Select(port => new JsonObject { ["containerPort"] = port })]);
        }

        var requests = new JsonObject();
        Set(requests, "cpu", Cpu);
        Set(requests, "memory", Memory);
        if (requests.Count > 0)
        {
            container["resources"] = new JsonObject { ["requests"] = requests };
        }

        var spec = new JsonObject { ["containers"] = new JsonArray(container) };
        Set(spec, "runtimeClassName", RuntimeClassName);
        Set(spec, "nodeSelector", NodeSelector is null ? null : Texts(NodeSelector));
        return spec;
    }

    private static JsonArray? List(string[]? values) => values is null ? null : new JsonArray([.. values.Select(value => (JsonNode)JsonValue.Create(value))]);

    private static void Set(JsonObject target, string field, JsonNode? value)
    {
        if (value is not null)
        {
            target[field] = value;
        }
    }
}
