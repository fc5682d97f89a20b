namespace MLPipes.AutoSearch;

/// <summary>The values that search chooses between for a member of an option class.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ChoiceAttribute : Attribute
{
    /// <summary>One of <paramref name="candidates"/>; search starts at the member's own value, or the first.</summary>
    public ChoiceAttribute(params object[] candidates) => Candidates = candidates;

    /// <summary>One of <paramref name="candidates"/>; search starts at <paramref name="defaultValue"/>.</summary>
    public ChoiceAttribute(object[] candidates, object? defaultValue) => (Candidates, DefaultValue) = (candidates, defaultValue);

    /// <summary>The values.</summary>
    public object[] Candidates { get; }

    /// <summary>Where search starts; null for the member's own value.</summary>
    public object? DefaultValue { get; }
}
