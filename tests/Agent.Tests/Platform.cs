using System.Runtime.Versioning;

// These tests start real processes through the Linux half of the process runtime.
[assembly: SupportedOSPlatform("linux")]
