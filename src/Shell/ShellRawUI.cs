using System.Management.Automation;
using System.Management.Automation.Host;

namespace Orchestrator.Shell;

/// <summary>Sizes, colours and keys of the console. Without a terminal the sizes are fixed, so that redirected tables look alike everywhere.</summary>
internal sealed class ShellRawUI : PSHostRawUserInterface
{
    private const int RedirectedWidth = 120;
    private const int RedirectedHeight = 50;

    // .NET answers -1 for "the terminal's own"; the engine only takes real colours.
    public override ConsoleColor ForegroundColor
    {
        get => Enum.IsDefined(Console.ForegroundColor) ? Console.ForegroundColor : ConsoleColor.Gray;
        set => Console.ForegroundColor = value;
    }

    public override ConsoleColor BackgroundColor
    {
        get => Enum.IsDefined(Console.BackgroundColor) ? Console.BackgroundColor : ConsoleColor.Black;
        set => Console.BackgroundColor = value;
    }

    public override Size BufferSize
    {
        get => WindowSize;
        set
        {
        }
    }

    public override Size WindowSize
    {
        get => Console.IsOutputRedirected || Console.WindowWidth <= 0
            ? new Size(RedirectedWidth, RedirectedHeight)
            : new Size(Console.WindowWidth, Console.WindowHeight);
        set
        {
        }
    }

    public override Size MaxWindowSize => WindowSize;
    public override Size MaxPhysicalWindowSize => WindowSize;
    public override Coordinates WindowPosition { get; set; }
    public override int CursorSize { get; set; } = 25;
    public override string WindowTitle { get; set; } = "Orchestrator";

    public override Coordinates CursorPosition
    {
        get => Console.IsOutputRedirected || Console.IsInputRedirected ? default : new Coordinates(Console.CursorLeft, Console.CursorTop);
        set
        {
            if (!Console.IsOutputRedirected)
            {
                Console.SetCursorPosition(value.X, value.Y);
            }
        }
    }

    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        var key = Console.ReadKey((options & ReadKeyOptions.NoEcho) != 0);
        return new KeyInfo((int)key.Key, key.KeyChar, default, (options & ReadKeyOptions.IncludeKeyDown) != 0);
    }

    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
        {
            Console.ReadKey(intercept: true);
        }
    }

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host fills everything with blanks; that is the one use a terminal without a readable buffer can serve.
        if (!Console.IsOutputRedirected && fill.Character == ' ')
        {
            Console.Clear();
        }
    }

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw Unreadable();
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw Unreadable();
    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw Unreadable();

    private static PSNotSupportedException Unreadable() => new("A terminal's contents can't be read back or moved.");
}
