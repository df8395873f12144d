using System.Runtime.Versioning;
using Orchestrator.Testing;
using Xunit;

// These tests start real processes through the Linux half of the process runtime.
[assembly: SupportedOSPlatform("linux")]

// One engine for all classes, started by the first test that needs it.
[assembly: AssemblyFixture(typeof(DockerEngine))]
