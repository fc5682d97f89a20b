namespace MLPipes.AutoSearch;

/// <summary>What a <see cref="Parameter"/> holds.</summary>
public enum ParameterType
{
    /// <summary>A real number.</summary>
    Number,
    /// <summary>A whole number.</summary>
    Integer,
    /// <summary>True or false.</summary>
    Bool,
    /// <summary>Text.</summary>
    String,
    /// <summary>Parameters by name.</summary>
    Object,
    /// <summary>A list of parameters.</summary>
    Array,
}
