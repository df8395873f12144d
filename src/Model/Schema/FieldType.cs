namespace Orchestrator.Model.Schema;

/// <summary>The JSON shape of a field.</summary>
public enum FieldType
{
    Object,
    List,
    Map,
    String,
    Integer,
    Number,
    Boolean,
    /// <summary>Base64 text.</summary>
    Bytes,
    /// <summary>RFC 3339.</summary>
    Time,
    Quantity,
    IntOrString,
    /// <summary>Any JSON: held as it came.</summary>
    Any,
}
