namespace Orchestrator.Bench;

internal static class Usage
{
    public static int Print()
    {
        Console.Error.WriteLine("""
            store       group commit of 256 concurrent writers against raw SQLite, one run
            controller  time to ready on an empty database, idle memory and CPU
            module      Import-Module in the shell
            pods        three pods on the process runtime, against starting their processes bare
            docker      pods on a Docker Engine against the bare engine; arguments: one, many, restart, idle
            api         creates, gets, lists and a start; arguments: clients (32), objects (20000), objects at the start (100000)
            watch       from a write to every watcher; arguments: watchers (1000), writes/s (500), seconds (10)
            scheduler   pods bound per second onto nodes; arguments: nodes (5000), pods (10000), one shape only
            endpoints   a pod's change until it is in its slice; arguments: services (1000), pods of each (10)
            dns         answers of an agent's name server; argument: questions under way (4)
            proxy       the user-space proxy against direct connections, one run
            rules       a slice's change until it is in the kernel's rules; arguments: services (1000), endpoints of each (10)
            hollow      a controller with hollow nodes, calm; arguments: nodes (1000), pods (30000), then options of the agent
            rollout     a huge Deployment made, rolled and deleted beside other writes; arguments: pods (10000), nodes (200)
            micro       BenchmarkDotNet: selectors, quantities, encoding (arguments are BenchmarkDotNet's)
            """);
        return 2;
    }
}
