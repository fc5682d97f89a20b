namespace MLPipes.AutoSearch;

/// <summary>Search chooses between true and false for a member of an option class.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class BooleanChoiceAttribute : Attribute
{
    /// <summary>Search starts at the member's own value.</summary>
    public BooleanChoiceAttribute() { }

    /// <summary>Search starts at <paramref name="defaultValue"/>.</summary>
    public BooleanChoiceAttribute(bool defaultValue) => DefaultValue = defaultValue;

    /// <summary>Where search starts; null for the member's own value.</summary>
    public bool? DefaultValue { get; }
}
