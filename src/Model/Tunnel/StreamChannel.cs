namespace Orchestrator.Model.Tunnel;

/// <summary>The streams of a command in a container, numbered as Kubernetes' remote command protocols number them (v5.channel.k8s.io).</summary>
public enum StreamChannel : byte
{
    Input = 0,
    Output = 1,
    ErrorOutput = 2,
    /// <summary>How it ended: a <c>Status</c> in JSON, the last frame of all.</summary>
    Status = 3,
    /// <summary>The terminal's size: <c>{"Width":80,"Height":24}</c>, in characters.</summary>
    Resize = 4,
    /// <summary>One byte: the channel on which nothing more will come.</summary>
    Close = 255,
}
