namespace MLPipes.AutoSearch;

/// <summary>The range that search takes a number of an option class from.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class RangeAttribute : Attribute
{
    /// <summary>Any real number between two, both included; search starts at the lower.</summary>
    public RangeAttribute(double min, double max, bool logBase = false) : this(min, max, (double?)null, logBase) { }

    /// <summary>Any real number between two, both included; search starts at <paramref name="init"/>.</summary>
    public RangeAttribute(double min, double max, double init, bool logBase = false) : this(min, max, (double?)init, logBase) { }

    private RangeAttribute(double min, double max, double? init, bool logBase) => (Min, Max, Init, LogBase) = (min, max, init, logBase);

    /// <summary>Any whole number between two, both included; search starts at the lower.</summary>
    public RangeAttribute(int min, int max, bool logBase = false) : this(min, max, (int?)null, logBase) { }

    /// <summary>Any whole number between two, both included; search starts at <paramref name="init"/>.</summary>
    public RangeAttribute(int min, int max, int init, bool logBase = false) : this(min, max, (int?)init, logBase) { }

    private RangeAttribute(int min, int max, int? init, bool logBase) => (Min, Max, Init, LogBase) = (min, max, init, logBase);

    /// <summary>Any real number between two, both included; search starts at the lower.</summary>
    public RangeAttribute(float min, float max, bool logBase = false) : this(min, max, (float?)null, logBase) { }

    /// <summary>Any real number between two, both included; search starts at <paramref name="init"/>.</summary>
    public RangeAttribute(float min, float max, float init, bool logBase = false) : this(min, max, (float?)init, logBase) { }

    private RangeAttribute(float min, float max, float? init, bool logBase) => (Min, Max, Init, LogBase) = (min, max, init, logBase);

    /// <summary>The least value.</summary>
    public object Min { get; }

    /// <summary>The greatest value.</summary>
    public object Max { get; }

    /// <summary>Where search starts; null for the property's own value.</summary>
    public object? Init { get; }

    /// <summary>Whether steps are ratios.</summary>
    public bool LogBase { get; }
}
