using Orchestrator.Shell;

var parsed = ShellOptions.Parse(args);
if (parsed.Error is { } error)
{
    Console.Error.WriteLine(error);
    return ShellOptions.UsageExitCode;
}

if (parsed.Options.Help)
{
    Console.Out.WriteLine(ShellOptions.Usage);
    return 0;
}

using var session = ShellSession.Open(parsed.Options);
return session.Run();
