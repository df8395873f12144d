using System.Buffers.Binary;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>
/// The program of a sandbox container, written here byte by byte so that nothing has to be pulled or shipped: a static ELF file without
/// sections or library, which ignores SIGCHLD, so that the kernel reaps what it inherits as a pid namespace's first process, and then waits
/// for ever:
/// <code>
/// rt_sigaction(SIGCHLD, &amp;{ SIG_IGN, SA_NOCLDWAIT }, NULL, 8);
/// for (;;) ppoll(NULL, 0, NULL, NULL, 8);
/// </code>
/// </summary>
internal static class PauseProgram
{
    private const ulong LoadAddress = 0x400000;
    private const int HeaderBytes = 64 + 56;

    private static readonly byte[] X64 =
    [
        0xB8, 0x0D, 0x00, 0x00, 0x00, //             mov  eax, 13         rt_sigaction
        0xBF, 0x11, 0x00, 0x00, 0x00, //             mov  edi, 17         SIGCHLD
        0x48, 0x8D, 0x35, 0x27, 0x00, 0x00, 0x00, // lea  rsi, [rip + 39] the action, behind the code
        0x31, 0xD2, //                               xor  edx, edx
        0x41, 0xBA, 0x08, 0x00, 0x00, 0x00, //       mov  r10d, 8
        0x0F, 0x05, //                               syscall
        0xB8, 0x0F, 0x01, 0x00, 0x00, //             mov  eax, 271        ppoll
        0x31, 0xFF, //                               xor  edi, edi
        0x31, 0xF6, //                               xor  esi, esi
        0x31, 0xD2, //                               xor  edx, edx
        0x45, 0x31, 0xD2, //                         xor  r10d, r10d
        0x41, 0xB8, 0x08, 0x00, 0x00, 0x00, //       mov  r8d, 8
        0x0F, 0x05, //                               syscall
        0xEB, 0xE8, //                               jmp  -24             to the second mov eax
        0x90, 0x90, 0x90, 0x90, 0x90, //             nop, up to the action
    ];

    private static readonly uint[] Arm64 =
    [
        0xD28010C8, // mov x8, #134   rt_sigaction
        0xD2800220, // mov x0, #17    SIGCHLD
        0x100001A1, // adr x1, +52    the action, behind the code
        0xD2800002, // mov x2, #0
        0xD2800103, // mov x3, #8
        0xD4000001, // svc #0
        0xD2800928, // mov x8, #73    ppoll
        0xD2800000, // mov x0, #0
        0xD2800001, // mov x1, #0
        0xD2800002, // mov x2, #0
        0xD2800003, // mov x3, #0
        0xD2800104, // mov x4, #8
        0xD4000001, // svc #0
        0x17FFFFF9, // b   -28        to mov x8, #73
        0xD503201F, // nop, up to the action
    ];

    // struct sigaction of the kernel: SIG_IGN, SA_NOCLDWAIT, no restorer, no mask.
    private static readonly ulong[] Action = [1, 2, 0, 0];

    /// <param name="architecture">As the engine names it: amd64 or arm64.</param>
    /// <exception cref="CreateContainerException">Another one.</exception>
    public static byte[] Build(string architecture) => architecture switch
    {
        "amd64" or "x86_64" => Build(62, X64),
        "arm64" or "aarch64" => Build(183, [.. Arm64.SelectMany(BitConverter.GetBytes)]),
        _ => throw new CreateContainerException($"there is no sandbox program for the engine's architecture {architecture}"),
    };

    private static byte[] Build(ushort machine, byte[] code)
    {
        var file = new byte[HeaderBytes + code.Length + Action.Length * sizeof(ulong)];
        byte[] identity = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(file, 0);
        Put16(16, 2); // an executable
        Put16(18, machine);
        Put32(20, 1);
        Put64(24, LoadAddress + HeaderBytes); // entry
        Put64(32, 64); // program headers follow this one
        Put16(52, 64);
        Put16(54, 56);
        Put16(56, 1); // one of them
        Put32(64, 1); // to be loaded
        Put32(68, 5); // read and execute
        Put64(80, LoadAddress);
        Put64(88, LoadAddress);
        Put64(96, (ulong)file.Length);
        Put64(104, (ulong)file.Length);
        Put64(112, 0x1000);
        code.CopyTo(file, HeaderBytes);
        for (var i = 0; i < Action.Length; i++)
        {
            Put64(HeaderBytes + code.Length + i * sizeof(ulong), Action[i]);
        }
        return file;

        void Put16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);
        void Put32(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);
        void Put64(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(offset), value);
    }
}
