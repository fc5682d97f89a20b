using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Trainers.Torch;

/// <summary>The columns that an estimator of texts needs, found in a schema or refused with what stands there instead.</summary>
internal static class SchemaColumns
{
    private const int MostNamed = 12;

    /// <summary>The column named <paramref name="name"/>.</summary>
    /// <exception cref="TableException">There is none.</exception>
    public static DataViewSchema.Column Needed(this DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Where(c => !c.IsHidden).Select(c => c.Name));

    /// <summary>The column named <paramref name="name"/>, which holds a text a row.</summary>
    /// <exception cref="TableException">There is none, or it holds something else.</exception>
    public static DataViewSchema.Column NeededText(this DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Needed(name);
        return column.Type is TextDataViewType ? column : throw new TableException(name, found: column.Type.ToString(), expected: "text");
    }

    /// <summary>The promised column named <paramref name="name"/>.</summary>
    /// <exception cref="TableException">There is none.</exception>
    public static SchemaShape.Column Needed(this SchemaShape schema, string name)
    {
        foreach (SchemaShape.Column column in schema) if (column.Name == name) return column;
        throw Missing(name, schema.Select(c => c.Name));
    }

    /// <summary>The promised column named <paramref name="name"/>, which holds a text a row.</summary>
    /// <exception cref="TableException">There is none, or it holds something else.</exception>
    public static SchemaShape.Column NeededText(this SchemaShape schema, string name)
    {
        SchemaShape.Column column = schema.Needed(name);
        bool isText = column.ItemType is TextDataViewType && column.Kind == SchemaShape.Column.VectorKind.Scalar;
        return isText ? column : throw new TableException(name, found: column.Described(), expected: "text");
    }

    /// <summary>What a promised column holds, for people.</summary>
    public static string Described(this SchemaShape.Column column) =>
        $"{(column.Kind == SchemaShape.Column.VectorKind.Scalar ? "" : "a vector of ")}{(column.IsKey ? "keys" : column.ItemType.ToString())}";

    /// <summary><paramref name="schema"/> with <paramref name="added"/> behind its columns; one of the same name takes a column's place.</summary>
    public static SchemaShape With(this SchemaShape schema, params IEnumerable<SchemaShape.Column> added)
    {
        Dictionary<string, SchemaShape.Column> columns = schema.ToDictionary(c => c.Name, StringComparer.Ordinal);
        foreach (SchemaShape.Column column in added) columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    private static TableException Missing(string name, IEnumerable<string> present) =>
        new(name, found: "no such column", expected: $"one of {string.Join(", ", present.Take(MostNamed))}");
}
