using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>Validation of probes and lifecycle handlers.</summary>
internal static class ProbeRules
{
    public static void Validate(string path, V1Probe? probe, bool successIsOne, FieldErrors errors)
    {
        if (probe is null)
        {
            return;
        }
        var handlers = new object?[] { probe.Exec, probe.HttpGet, probe.TcpSocket, probe.Grpc }.Count(item => item is not null);
        if (handlers == 0)
        {
            errors.Required(path, "must specify a handler type");
        }
        else if (handlers > 1)
        {
            errors.Forbidden(path, "may not specify more than 1 handler type");
        }
        errors.NotNegative(path + ".initialDelaySeconds", probe.InitialDelaySeconds);
        errors.NotNegative(path + ".timeoutSeconds", probe.TimeoutSeconds);
        errors.NotNegative(path + ".periodSeconds", probe.PeriodSeconds);
        errors.NotNegative(path + ".failureThreshold", probe.FailureThreshold);
        errors.NotNegative(path + ".successThreshold", probe.SuccessThreshold);
        if (successIsOne && probe.SuccessThreshold is not (null or 1))
        {
            errors.Invalid(path + ".successThreshold", probe.SuccessThreshold, "must be 1");
        }
        Exec(path + ".exec", probe.Exec, errors);
        HttpGet(path + ".httpGet", probe.HttpGet, errors);
        if (probe.TcpSocket is { } tcp)
        {
            Port(path + ".tcpSocket.port", tcp.Port, errors);
        }
        if (probe.Grpc is { } grpc)
        {
            PortNumber(path + ".grpc.port", grpc.Port, errors);
        }
    }

    public static void Handler(string path, V1LifecycleHandler? handler, FieldErrors errors)
    {
        if (handler is null)
        {
            return;
        }
        var handlers = new object?[] { handler.Exec, handler.HttpGet, handler.TcpSocket, handler.Sleep }.Count(item => item is not null);
        if (handlers == 0)
        {
            errors.Required(path, "must specify a handler type");
        }
        else if (handlers > 1)
        {
            errors.Forbidden(path, "may not specify more than 1 handler type");
        }
        Exec(path + ".exec", handler.Exec, errors);
        HttpGet(path + ".httpGet", handler.HttpGet, errors);
        errors.NotNegative(path + ".sleep.seconds", handler.Sleep?.Seconds);
    }

    public static void PortNumber(string field, int port, FieldErrors errors)
    {
        if (port is < 1 or > 65535)
        {
            errors.Invalid(field, port, "must be between 1 and 65535, inclusive");
        }
    }

    private static void Exec(string path, V1ExecAction? action, FieldErrors errors)
    {
        if (action is not null && action.Command is not { Count: > 0 })
        {
            errors.Required(path + ".command");
        }
    }

    private static void HttpGet(string path, V1HTTPGetAction? action, FieldErrors errors)
    {
        if (action is null)
        {
            return;
        }
        Port(path + ".port", action.Port, errors);
        if (action.Scheme is not ("HTTP" or "HTTPS"))
        {
            errors.NotSupported(path + ".scheme", action.Scheme, "HTTP", "HTTPS");
        }
    }

    private static void Port(string field, IntOrString? port, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(port?.Value))
        {
            errors.Required(field);
        }
        else if (int.TryParse(port.Value, out var number))
        {
            PortNumber(field, number, errors);
        }
        else
        {
            errors.Check(field, port.Value, NameRules.PortName(port.Value));
        }
    }
}
