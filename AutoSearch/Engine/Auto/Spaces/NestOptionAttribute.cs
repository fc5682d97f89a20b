namespace MLPipes.AutoSearch;

/// <summary>A member of an option class that has options of its own.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class NestOptionAttribute : Attribute
{
    /// <summary>Takes the options of the member's type.</summary>
    public NestOptionAttribute() { }
}
