using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Docker.DotNet;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Streams into containers: commands, a container's own first process, connections to a pod's ports.</summary>
internal sealed class DockerStreaming(DockerClient client)
{
    public async Task<IContainerStreams> ExecAsync(
        string containerId, IReadOnlyList<string> command, StreamsRequest request, CancellationToken cancellationToken)
    {
        var exec = await client.Exec.ExecCreateContainerAsync(containerId, new()
        {
            AttachStdin = request.Input,
            AttachStdout = request.Output,
            AttachStderr = request.ErrorOutput && !request.Terminal,
            Tty = request.Terminal,
            Cmd = [.. command],
        }, cancellationToken);
        var stream = await client.Exec.StartAndAttachContainerExecAsync(exec.ID, request.Terminal, cancellationToken);
        return new DockerStreams(stream, new ExecTarget(client, exec.ID));
    }

    public async Task<IContainerStreams> AttachAsync(string containerId, bool tty, StreamsRequest request, CancellationToken cancellationToken)
    {
        var stream = await client.Containers.AttachContainerAsync(containerId, tty, new()
        {
            Stream = true, Stdin = request.Input, Stdout = request.Output, Stderr = request.ErrorOutput && !tty,
        }, cancellationToken);
        return new DockerStreams(stream, new AttachTarget(client, containerId));
    }

    public static async Task<Stream> ConnectAsync(DockerEntry sandbox, int port, CancellationToken cancellationToken)
    {
        var address = IPAddress.Parse(sandbox.Sandbox?.Address ?? "127.0.0.1");
        if (!OperatingSystem.IsLinux())
        {
            return await TcpDialer.ConnectAsync(() => new(SocketType.Stream, ProtocolType.Tcp), [address], port, cancellationToken);
        }
        return await TcpDialer.ConnectAsync(NetworkNamespace.Of((int)sandbox.Pid), [IPAddress.Loopback, address], port, cancellationToken);
    }

    public static PodNetworkView View(DockerEntry sandbox)
    {
        return new(Open, string.Create(CultureInfo.InvariantCulture, $"/proc/{sandbox.Pid}/root/etc/resolv.conf"));

        Socket Open(AddressFamily family, SocketType type) =>
            !OperatingSystem.IsLinux() ? throw new RunContainerException("a pod's network can be entered on Linux only")
            : family == AddressFamily.InterNetwork ? NetworkNamespace.OpenSocket((int)sandbox.Pid, type)
            : throw new SocketException((int)SocketError.AddressFamilyNotSupported);
    }

    private sealed class ExecTarget(DockerClient client, string id) : IStreamTarget
    {
        public Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken) =>
            client.Exec.ResizeContainerExecTtyAsync(id, new() { Width = columns, Height = rows }, cancellationToken);

        public async Task<int?> ExitCodeAsync(CancellationToken cancellationToken) =>
            (int)(await client.Exec.InspectContainerExecAsync(id, cancellationToken)).ExitCode;

        public Task KillAsync(CancellationToken cancellationToken) => ExecProcess.KillAsync(client, id, cancellationToken);
    }

    private sealed class AttachTarget(DockerClient client, string id) : IStreamTarget
    {
        public Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken) =>
            client.Containers.ResizeContainerTtyAsync(id, new() { Width = columns, Height = rows }, cancellationToken);

        public Task<int?> ExitCodeAsync(CancellationToken cancellationToken) => Task.FromResult<int?>(null);

        public Task KillAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
