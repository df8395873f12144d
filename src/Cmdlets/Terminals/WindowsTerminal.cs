using System.Runtime.InteropServices;
using System.Text;

namespace Orchestrator.Cmdlets;

/// <summary>A Windows console that hands on keys, and shows output, as a VT terminal does.</summary>
internal sealed partial class WindowsTerminal : LocalTerminal
{
    private const int StandardInput = -10;
    private const int StandardOutput = -11;
    private const uint VirtualTerminalInput = 0x200;
    private const uint ProcessedOutput = 0x1;
    private const uint WrapAtEnd = 0x2;
    private const uint VirtualTerminalOutput = 0x4;
    private const uint NoNewlineAutoReturn = 0x8;
    private const ushort KeyEvent = 1;

    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();
    private readonly nint _input = GetStdHandle(StandardInput);
    private readonly nint _output = GetStdHandle(StandardOutput);
    private readonly uint _inputBefore;
    private readonly uint _outputBefore;
    private readonly uint _codePageBefore = GetConsoleOutputCP();

    public WindowsTerminal()
    {
        if (!GetConsoleMode(_input, out _inputBefore) || !GetConsoleMode(_output, out _outputBefore))
        {
            throw NotInteractive("this process has no console");
        }

        // Without processed input, Ctrl-C is a key like the others.
        _ = SetConsoleMode(_input, VirtualTerminalInput);
        _ = SetConsoleMode(_output, ProcessedOutput | WrapAtEnd | VirtualTerminalOutput | NoNewlineAutoReturn);
        _ = SetConsoleOutputCP((uint)Encoding.UTF8.CodePage);
    }

    public override byte[]? Read()
    {
        if (WaitForSingleObject(_input, PauseMilliseconds) != 0)
        {
            return [];
        }

        var records = new InputRecord[256];
        if (!ReadConsoleInput(_input, records, (uint)records.Length, out var count))
        {
            return null;
        }

        // Windows tells of resizing and the mouse here too; the size is looked at by itself.
        var keys = records.Take((int)count).Where(record => record is { EventType: KeyEvent, KeyDown: not 0, Character: not 0 })
            .SelectMany(record => Enumerable.Repeat((char)record.Character, Math.Max((int)record.RepeatCount, 1))).ToArray();
        var bytes = new byte[_encoder.GetByteCount(keys, flush: false)];
        _encoder.GetBytes(keys, bytes, flush: false);
        return bytes;
    }

    protected override void Dispose(bool disposing)
    {
        _ = SetConsoleMode(_input, _inputBefore);
        _ = SetConsoleMode(_output, _outputBefore);
        _ = SetConsoleOutputCP(_codePageBefore);
        base.Dispose(disposing);
    }

    // INPUT_RECORD with its KEY_EVENT_RECORD.
    [StructLayout(LayoutKind.Sequential)]
    private struct InputRecord
    {
        public ushort EventType;
        public ushort Padding;
        public int KeyDown;
        public ushort RepeatCount;
        public ushort VirtualKeyCode;
        public ushort VirtualScanCode;
        public ushort Character;
        public uint ControlKeyState;
    }

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint console, out uint mode);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint console, uint mode);

    [LibraryImport("kernel32")]
    private static partial uint GetConsoleOutputCP();

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleOutputCP(uint codePage);

    [LibraryImport("kernel32")]
    private static partial uint WaitForSingleObject(nint handle, uint milliseconds);

    [LibraryImport("kernel32", EntryPoint = "ReadConsoleInputW")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ReadConsoleInput(nint console, [Out] InputRecord[] records, uint length, out uint count);
}
