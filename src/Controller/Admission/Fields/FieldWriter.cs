namespace Orchestrator.Controller.Admission.Fields;

/// <summary>Who writes an object, as its managers name it.</summary>
/// <param name="Name">The <c>fieldManager</c> of the request, or the program in its User-Agent.</param>
/// <param name="Subresource">Empty for the object itself.</param>
/// <param name="Always">False: noted only on objects that somebody has applied, where it decides conflicts.</param>
internal sealed record FieldWriter(string Name, string Subresource, bool Always)
{
    /// <summary>The reconcilers' writes.</summary>
    public static FieldWriter Own(bool status) => new("orchestrator-controller", status ? "status" : "", Always: false);
}
