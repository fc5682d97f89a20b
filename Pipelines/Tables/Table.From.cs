using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes;

public sealed partial class Table
{
    /// <summary>The rows of any data view, read in one pass; a table is returned as it is.</summary>
    /// <remarks>
    /// Taken are Single, Double, integers, Boolean, DateTime, Text, keys (their key values become categories) and vectors of
    /// Single of known size. Text becomes a category or a text by what it looks like; an empty one is missing.
    /// </remarks>
    /// <param name="view">Where the rows come from.</param>
    /// <param name="columns">The columns to read, in their order; null for all that are not hidden.</param>
    /// <exception cref="TableException">A column is of another type, or there is none of that name.</exception>
    public static Table From(IDataView view, IEnumerable<string>? columns = null) => DataViewReader.Read(view, columns);

    /// <summary>One row for each item, one column for each public property and field of <typeparamref name="T"/>.</summary>
    /// <remarks>
    /// Taken are numbers, bool, string, DateTime, DateTimeOffset (as UTC), DateOnly, Guid, char, enums, their nullable forms and
    /// float[] of one length. ML.NET's [ColumnName] and [NoColumn] are honoured. null and empty strings are missing.
    /// </remarks>
    /// <param name="items">The rows.</param>
    /// <exception cref="TableException">A property has another type, or an item is null.</exception>
    public static Table From<T>(IEnumerable<T> items) => ObjectReader.Read(items);
}
