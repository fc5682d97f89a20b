namespace MLPipes.Pipelines;

/// <summary>Something learned that is saved as plain data: never code, never type names.</summary>
public interface IPlainPart
{
    /// <summary>Writes all that <see cref="IPlainPart{TSelf}.Read"/> needs.</summary>
    void Write(PlainWriter writer);
}

/// <summary>A part that the reader finds by its kind; implementing this is the registration.</summary>
public interface IPlainPart<TSelf> : IPlainPart where TSelf : IPlainPart<TSelf>
{
    /// <summary>Kebab-case, permanent and unique; what stands in the file.</summary>
    static abstract string Kind { get; }

    /// <summary>Reads what <see cref="IPlainPart.Write"/> wrote; the data is not trusted.</summary>
    /// <exception cref="BundleException">Sizes, ranges or references do not hold.</exception>
    static abstract TSelf Read(PlainReader reader);
}
