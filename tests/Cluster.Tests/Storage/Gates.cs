using System.Globalization;
using Xunit;

namespace Orchestrator.Cluster.Tests.Storage;

/// <summary>Places in programs at which they stop until they are let go on, so that somebody can be killed just then.</summary>
internal sealed class Gates(string folder)
{
    /// <summary>A shell function: <c>gate NAME</c> waits where there is a gate of that name that is closed.</summary>
    public string Function => $$"""
        gate() {
          [ -p "{{folder}}/$1" ] || return 0
          echo $$ > "{{folder}}/$1.new" && mv "{{folder}}/$1.new" "{{folder}}/$1.reached"
          read line < "{{folder}}/$1"
        }
        """;

    public async Task CloseAsync(string gate)
    {
        foreach (var left in Directory.GetFiles(folder))
        {
            File.Delete(left);
        }
        (await Command.RunAsync("mkfifo", [Of(gate)])).Succeeded();
    }

    /// <summary>Waits until a program stands there.</summary>
    /// <returns>Its process.</returns>
    public async Task<int> ReachedAsync(string gate)
    {
        var file = Of(gate) + ".reached";
        await Eventually.GetAsync(() => Task.FromResult(File.Exists(file)), there => there, _ => $"{gate}: nobody came");
        var pid = int.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
        File.Delete(file);
        return pid;
    }

    /// <summary>Whoever stands there goes on.</summary>
    public async Task OpenAsync(string gate)
    {
        (await Command.RunAsync("sh", ["-c", "echo > \"$0\"", Of(gate)])).Succeeded();
        Remove(gate);
    }

    /// <summary>Nobody stops there any more; whoever stands there stays.</summary>
    public void Remove(string gate) => File.Delete(Of(gate));

    /// <summary>A process that has ended, and that nobody has asked how, does not.</summary>
    public static bool IsRunning(int process)
    {
        var stat = $"/proc/{process}/stat";
        return File.Exists(stat) && File.ReadAllText(stat) is var text && text[text.LastIndexOf(')') + 2] != 'Z';
    }

    private string Of(string gate) => Path.Combine(folder, gate);
}
