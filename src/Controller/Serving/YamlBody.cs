using System.Text;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving;

/// <summary>YAML bodies, for clients that send manifests as they are.</summary>
internal static class YamlBody
{
    /// <exception cref="ApiException">BadRequest: the text is no YAML document; says where.</exception>
    public static byte[] ToJson(byte[] yaml)
    {
        try
        {
            var documents = YamlTree.Parse(Encoding.UTF8.GetString(yaml));
            return documents.Count > 0 ? ModelJson.Encode(documents[0]) : throw ApiException.BadRequest("the body of the request is empty");
        }
        catch (FormatException problem)
        {
            throw ApiException.BadRequest($"the body is not valid YAML: {problem.Message}");
        }
    }
}
