namespace MLPipes.Pipelines;

/// <summary>Exempts a trainer or featurizer from one check of the conformance suite, with the reason; a test counts and prints them.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class ExcusedAttribute(string check, string reason) : Attribute
{
    /// <summary>The check's name, as the test method has it.</summary>
    public string Check { get; } = check;

    /// <summary>Why it cannot hold here.</summary>
    public string Reason { get; } = reason;
}
