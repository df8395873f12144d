namespace Orchestrator.Controller.Serving.Streams.Spdy;

/// <summary>Control frames of SPDY/3.1.</summary>
internal enum FrameType : ushort
{
    SynStream = 1,
    SynReply = 2,
    RstStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    Headers = 8,
    WindowUpdate = 9,
}

/// <summary>Why a stream is reset, as the protocol numbers it.</summary>
internal enum ResetReason
{
    ProtocolError = 1,
    InvalidStream = 2,
    RefusedStream = 3,
    Cancel = 5,
    InternalError = 6,
}
