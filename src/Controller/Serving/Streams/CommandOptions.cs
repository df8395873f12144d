using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Model;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Controller.Serving.Streams;

/// <summary>The query of <c>pods/exec</c> and <c>pods/attach</c>, as <c>PodExecOptions</c> and <c>PodAttachOptions</c> document it.</summary>
internal sealed record CommandOptions(bool Input, bool Output, bool ErrorOutput, bool Terminal, IReadOnlyList<string> Command, string? Container)
{
    /// <exception cref="ApiException">Options that make no sense; told is which.</exception>
    public static CommandOptions Parse(HttpContext http, bool exec)
    {
        var options = new CommandOptions(
            QueryOptions.Flag(http, "stdin"), QueryOptions.Flag(http, "stdout"), QueryOptions.Flag(http, "stderr"), QueryOptions.Flag(http, "tty"),
            [.. http.Request.Query["command"].OfType<string>()], QueryOptions.Text(http, "container"));
        if (exec && options.Command.Count == 0)
        {
            throw ApiException.BadRequest("command: Required value: you must specify at least one command for the container");
        }
        if (options is { Input: false, Output: false, ErrorOutput: false })
        {
            throw ApiException.BadRequest("you must specify at least 1 of stdin, stdout, stderr");
        }
        // A terminal has one output; kubectl leaves stderr out itself, others need not know.
        return options with { ErrorOutput = options.ErrorOutput && !options.Terminal };
    }

    /// <summary>The streams that the client opens.</summary>
    public IEnumerable<StreamChannel> Channels
    {
        get
        {
            yield return StreamChannel.Status;
            if (Input)
            {
                yield return StreamChannel.Input;
            }
            if (Output)
            {
                yield return StreamChannel.Output;
            }
            if (ErrorOutput)
            {
                yield return StreamChannel.ErrorOutput;
            }
            if (Terminal)
            {
                yield return StreamChannel.Resize;
            }
        }
    }

    /// <summary>For the agent.</summary>
    public string Query => string.Join('&', new[] { ("stdin", Input), ("stdout", Output), ("stderr", ErrorOutput), ("tty", Terminal) }
        .Where(flag => flag.Item2).Select(flag => $"{flag.Item1}=true").Concat(Command.Select(word => $"command={Uri.EscapeDataString(word)}")));
}
