using Orchestrator.Controller.Hosting;

return await ControllerProcess.RunAsync(args).ConfigureAwait(false);
