using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Pipelines;

/// <summary>The ML.NET types of a table's columns.</summary>
internal static class TableSchema
{
    public static DataViewSchema Of(IReadOnlyList<Column> columns)
    {
        DataViewSchema.Builder builder = new();
        foreach (Column column in columns) builder.AddColumn(column.Name, TypeOf(column), SlotNames(column));
        return builder.ToSchema();
    }

    private static DataViewType TypeOf(Column column) => column switch
    {
        NumberColumn => NumberDataViewType.Single,
        IntegerColumn integer => integer.Values.Contains(IntegerColumn.Missing) ? NumberDataViewType.Double : NumberDataViewType.Int64,
        BooleanColumn boolean => boolean.Values.Contains(BooleanColumn.Missing) ? NumberDataViewType.Single : BooleanDataViewType.Instance,
        DateColumn => DateTimeDataViewType.Instance,
        VectorColumn vector => new VectorDataViewType(NumberDataViewType.Single, vector.Width),
        _ => TextDataViewType.Instance,
    };

    private static DataViewSchema.Annotations? SlotNames(Column column)
    {
        if (column is not VectorColumn { SlotNames: { } names }) return null;
        DataViewSchema.Annotations.Builder builder = new();
        builder.AddTexts("SlotNames", names);
        return builder.ToAnnotations();
    }
}
