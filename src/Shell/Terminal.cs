namespace Orchestrator.Shell;

/// <summary>What this process's terminal can show.</summary>
internal static class Terminal
{
    public const string Red = "\x1b[31;1m";
    public const string Yellow = "\x1b[33;1m";

    /// <summary>Colours: a terminal on stdout, not a dumb one, and NO_COLOR (no-color.org) not set.</summary>
    public static bool SupportsColour { get; } =
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public static string Paint(ConsoleColor colour, string text) => $"\x1b[{Code(colour)}m{text}\x1b[0m";

    private static int Code(ConsoleColor colour) => colour switch
    {
        ConsoleColor.Black => 30,
        ConsoleColor.DarkRed => 31,
        ConsoleColor.DarkGreen => 32,
        ConsoleColor.DarkYellow => 33,
        ConsoleColor.DarkBlue => 34,
        ConsoleColor.DarkMagenta => 35,
        ConsoleColor.DarkCyan => 36,
        ConsoleColor.Gray => 37,
        ConsoleColor.DarkGray => 90,
        ConsoleColor.Red => 91,
        ConsoleColor.Green => 92,
        ConsoleColor.Yellow => 93,
        ConsoleColor.Blue => 94,
        ConsoleColor.Magenta => 95,
        ConsoleColor.Cyan => 96,
        _ => 97,
    };
}
